//! Whether there can be a GPU, without loading the drivers: they take their time, and some have
//! something to say about a machine that has no display.

/// Where Linux has the GPUs that a driver can open, by the start of a file's name: those of its own
/// drivers, NVIDIA's, Tegra's, those of Windows around it, Arm's and Qualcomm's.
#[cfg(target_os = "linux")]
const DEVICES: [(&str, &str); 6] = [
    ("/dev/dri", "renderD"),
    ("/dev", "nvidia"),
    ("/dev", "nvhost"),
    ("/dev", "dxg"),
    ("/dev", "mali"),
    ("/dev", "kgsl"),
];

/// Whether there is a GPU for all that is known.
#[cfg(target_os = "linux")]
pub(crate) fn may_be_there() -> bool {
    DEVICES.iter().any(|(folder, start)| {
        let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
        files.map(|file| file.file_name()).any(|name| name.to_string_lossy().starts_with(start))
    })
}

/// Other systems have them behind their drivers.
#[cfg(not(target_os = "linux"))]
pub(crate) fn may_be_there() -> bool {
    true
}
