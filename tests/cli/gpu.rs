//! The GPU engine from the command line, on the adapter that `JULIASET_TEST_ADAPTER` names, or on
//! the best. Nothing here passes because an adapter is missing.
#![cfg(feature = "gpu")]

use crate::goldens::{HEADLINE, HEADLINE_JOB};
use crate::{Folder, JULIASET, Run, gray, sha256};

fn adapter() -> Option<String> {
    std::env::var("JULIASET_TEST_ADAPTER").ok()
}

/// The flags that ask for the adapter under test.
pub fn flags() -> String {
    let adapter = adapter().map(|adapter| format!(" --adapter {adapter}"));
    format!("--engine gpu{}", adapter.unwrap_or_default())
}

/// What `juliaset adapters` says about the adapter under test: its name, then line by line.
fn listed() -> (String, Vec<String>) {
    let run = Folder::new().juliaset("adapters");
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    let wanted = adapter().unwrap_or_default();
    let mut blocks = run.stdout.split("\n\n");
    let block = blocks.find(|block| block.contains(&wanted));
    let mut lines = block.expect("the adapter under test is listed").lines().map(str::to_string);
    let name = name_in(&lines.next().unwrap()).to_owned();
    (name, lines.collect())
}

/// The name in a line such as `0: llvmpipe`.
fn name_in(line: &str) -> &str {
    line.split_once(": ").unwrap().1
}

fn has_double() -> bool {
    listed().1.iter().any(|line| line.contains("precisions") && line.contains("double"))
}

#[test]
fn adapters_tells_what_matters() {
    let (_, lines) = listed();
    for name in [
        "kind",
        "interface",
        "driver",
        "precisions",
        "64-bit floats",
        "timestamps",
        "largest buffer",
        "largest workgroup",
        "largest dispatch",
    ] {
        let line = lines.iter().find_map(|line| line.trim_start().strip_prefix(name));
        assert!(line.is_some_and(|value| !value.trim().is_empty()), "{name}: {lines:?}");
    }
}

#[test]
fn the_headline_job_in_double() {
    let folder = Folder::new();
    let run = folder.juliaset(&format!("{HEADLINE_JOB} {} --precision double", flags()));
    if has_double() {
        run.is_quiet_success();
        let (width, bytes) = gray(&folder.join("plot.png"));
        assert_eq!((width, bytes.len()), (4000, 16_000_000));
        assert_eq!(sha256(&bytes), HEADLINE);
    } else {
        let name = listed().0;
        run.fails(
            1,
            &format!(
                "adapter {name}: no 64-bit floats in shaders, which precision double needs; take \
             precision exact or single, engine cpu or another adapter"
            ),
        );
        assert!(folder.names().is_empty());
    }
}

#[test]
fn verify_finds_what_single_costs_and_nothing_else() {
    let job = "-x=-0.1 -X=0.1 -y=-0.1 -Y=0.1 -m=20 -M=100 -R=1000 --quiet";
    let verify = |precision| {
        let flags = format!("verify {job} {} --precision {precision}", flags());
        Folder::new().juliaset(&flags)
    };
    if has_double() {
        let run = verify("double");
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
        assert_eq!(run.stdout, "0 of 1000000 pixels differ\n");
    }
    let run = verify("single");
    assert_eq!((run.code, run.stderr.as_str()), (Some(1), ""));
    let lines: Vec<_> = run.stdout.lines().collect();
    let differing: u32 =
        lines[0].strip_suffix(" of 1000000 pixels differ").unwrap().parse().unwrap();
    // Each compiler fuses and reorders in its own way: 24,460 on the CPU, 2.4 to 2.6 % elsewhere.
    assert!((20_000..30_000).contains(&differing), "{differing}");
    assert!(lines[1].starts_with("largest difference: "), "{lines:?}");
    assert!(lines[2].starts_with("first difference: column "), "{lines:?}");
    assert_eq!(lines.len(), 3);
}

/// A job of hours, most of whose points stay near the parabolic point forever: no dispatch is so
/// long that it would not end.
#[cfg(unix)]
#[test]
fn a_long_job_is_interrupted() {
    use crate::signals::{signal, started};

    for precision in ["exact --kernel f32", "single"] {
        let folder = Folder::new();
        let flags = format!("-r 0.25 -i 0 -M 10000000 -R 2000 {} --precision {precision}", flags());
        let child = started(&folder, "USR1", &flags);
        std::thread::sleep(std::time::Duration::from_millis(500));
        signal(&child, "-INT");
        Run::from(child.wait_with_output().unwrap()).fails(130, "interrupted");
        assert!(folder.names().is_empty());
    }
}

#[test]
fn supersampled_as_on_the_cpu() {
    let folder = Folder::new();
    for sampling in ["--supersample 2", "--supersample 3 --adaptive"] {
        let flags = format!("-R 300 -r -0.8 -i 0.156 -M 300 --quiet {sampling}");
        folder.juliaset(&format!("{flags} {} -o a.png", self::flags())).is_quiet_success();
        folder.juliaset(&format!("{flags} --engine cpu -o b.png")).is_quiet_success();
        assert!(gray(&folder.join("a.png")) == gray(&folder.join("b.png")), "{sampling}");
    }
}

/// A picture that the adapter has made is made again by the CPU, bit for bit; here of a set where
/// plain floats are wrong.
#[test]
fn smooth_pictures_are_made_again_by_the_cpu() {
    let folder = Folder::new();
    let pixels = |name: &str| image::open(folder.join(name)).unwrap();
    for flags in [
        "--smooth --depth 16",
        "--smooth --palette viridis --mapping histogram",
        "--distance=1.5 --palette twilight --cycles 2 --interior black",
        "--smooth --distance --supersample 2 --palette magma --depth 16",
    ] {
        let job = "-R 700 -r -0.8 -i 0.156 -M 1000 --quiet";
        folder.juliaset(&format!("{job} {} {flags} -o a.png", self::flags())).is_quiet_success();
        folder.juliaset("--like a.png --engine cpu --quiet -o b.png").is_quiet_success();
        assert!(pixels("a.png") == pixels("b.png"), "{flags}");
    }
}

#[test]
fn an_adapter_that_is_not_there() {
    let folder = Folder::new();
    for (command, name) in
        [("--engine gpu", "Voodoo"), ("", "Voodoo"), ("verify", "Voodoo"), ("bench", "all")]
    {
        let run = folder.juliaset(&format!("{command} --adapter {name}"));
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{command}");
        let start = format!("juliaset: --adapter {name}: none has that name; the adapters are: ");
        assert!(run.stderr.starts_with(&start), "{}", run.stderr);
        assert!(
            run.stderr.contains(&listed().0) && run.stderr.lines().count() == 1,
            "{}",
            run.stderr
        );
    }
    let line = "--adapter: has no effect with --engine cpu; it is for gpu";
    folder.juliaset("--engine cpu --adapter Voodoo").fails(2, line);
    // No text takes a software adapter unasked, and no number one that has it in its driver's version.
    let line = "--adapter '': must be an adapter's number, or a part of its name";
    for command in ["--engine=gpu", "--engine=auto", "verify", "bench"] {
        let args = [command, "--adapter", ""];
        Run::from(folder.command(JULIASET).args(args).output().unwrap()).fails(2, line);
    }
    let run = folder.juliaset("--adapter 99");
    let start = "juliaset: --adapter 99: none has that number; the adapters are: 0: ";
    assert!(run.code == Some(2) && run.stderr.starts_with(start), "{}", run.stderr);
    assert!(folder.names().is_empty());
}

#[test]
fn an_adapter_by_its_number() {
    let folder = Folder::new();
    let list = folder.juliaset("adapters").stdout;
    for (number, block) in list.split("\n\n").enumerate() {
        let first = block.lines().next().unwrap();
        assert!(first.starts_with(&format!("{number}: ")), "{list}");
        let run = folder.juliaset(&format!("-R 50 -v --engine gpu --adapter {number}"));
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        assert!(
            run.stderr.contains(&format!("gpu-exact-f32, {}", name_in(first))),
            "{}",
            run.stderr
        );
    }
}

/// A job that one thread takes long enough for to look for a GPU, on any machine.
const LARGE_JOB: &str = "-r -0.8 -i 0.156 -M 1000 -R 8000 --threads 1";

/// If Vulkan is the only interface, a missing driver means no adapter.
#[cfg(target_os = "linux")]
mod without_a_driver {
    use super::*;

    fn juliaset(folder: &Folder, args: &str) -> Run {
        let mut command = folder.command(JULIASET);
        for name in ["VK_ICD_FILENAMES", "VK_DRIVER_FILES"] {
            command.env(name, folder.join("missing.json"));
        }
        Run::from(command.args(args.split_whitespace()).output().unwrap())
    }

    #[test]
    fn gpu_is_an_error() {
        let folder = Folder::new();
        let line = "no adapter found: install a Vulkan driver, or take engine cpu";
        juliaset(&folder, "--engine gpu").fails(1, line);
        juliaset(&folder, "verify").fails(1, line);
        juliaset(&folder, "adapters").fails(1, "no adapter found: install a Vulkan driver");
        assert!(folder.names().is_empty());
    }

    #[test]
    fn auto_is_the_cpu_and_says_why() {
        let folder = Folder::new();
        let run = juliaset(&folder, LARGE_JOB);
        assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""));
        let line = "juliaset: cpu-exact: no GPU found\n";
        assert_eq!(run.without_what_was_made(), line);
        juliaset(&folder, "--quiet -R 3000").is_quiet_success();
    }
}

#[test]
fn bench_tells_what_the_devices_clock_says() {
    let name = listed().0;
    let adapter = name.split_whitespace().next().unwrap();
    let has_clock = listed().1.iter().any(|line| line.trim() == "timestamps           yes");
    let flags = format!("bench -R 1000 --runs 1 --engine gpu --adapter {adapter} --json");
    let run = Folder::new().juliaset(&flags);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    let rows: Vec<_> = run.stdout.lines().filter(|line| line.starts_with("    {")).collect();
    let variants: Vec<_> = rows.iter().filter_map(|row| row.split('"').nth(7)).collect();
    let expected: &[_] = if has_double() {
        &["gpu-exact-f32", "gpu-exact-f64", "gpu-double", "gpu-single"]
    } else {
        &["gpu-exact-f32", "gpu-single"]
    };
    assert_eq!(variants, expected, "{}", run.stdout);
    for row in rows {
        let median = |key: &str| -> Option<f64> {
            let (_, rest) = row.split_once(&format!("\"{key}\": {{\"median\": "))?;
            Some(rest.split(',').next()?.parse().unwrap())
        };
        assert!(row.starts_with("    {\"engine\": \"gpu\"") && row.contains("\"ratio\": null"));
        // Busy for some of the time, and not for longer.
        let (on_device, kernel) = (median("on_device"), median("kernel").unwrap());
        assert_eq!(on_device.is_some(), has_clock, "{row}");
        assert!(on_device.is_none_or(|time| time > 0.0 && time <= kernel), "{row}");
        assert!(median("on_host").is_some_and(|time| time > 0.0), "{row}");
        for stage in ["start_up", "prepare", "read_back", "normalise", "encode"] {
            assert!(median(stage).is_some_and(|time| time > 0.0), "{stage}: {row}");
        }
        let in_colour = if row.contains("\"precision\": \"exact\"") { 4 } else { 0 };
        assert_eq!(row.matches("\"times_gray\"").count(), in_colour, "{row}");
    }
}

#[test]
fn verbose_tells_where_the_start_went() {
    let run = Folder::new().juliaset(&format!("{} --verbose", flags()));
    assert_eq!(run.code, Some(0));
    let line = run.stderr.lines().find(|line| line.contains("start-up of gpu-")).unwrap();
    let phases = ["instance ", "adapters ", "device ", "kernel ", "self-test ", "first band "];
    for phase in phases {
        assert!(line.contains(&format!(" {phase}")), "{line}");
    }
    assert!(line.ends_with(" ms in all"), "{line}");
}

#[test]
fn a_small_job_is_done_before_a_gpu_would_be() {
    let run = Folder::new().juliaset("");
    assert_eq!(run.code, Some(0));
    let line = "juliaset: cpu-exact: the job is done before a GPU has started\n";
    assert_eq!(run.without_what_was_made(), line);
}

#[test]
fn auto_takes_no_software_adapter() {
    let list = Folder::new().juliaset("adapters").stdout;
    let is_software = |block: &&str| block.contains("software");
    let run = Folder::new().juliaset(LARGE_JOB);
    let said = run.without_what_was_made();
    assert_eq!((run.code, said.lines().count()), (Some(0), 1), "{said}");
    if list.split("\n\n").all(|block| is_software(&block)) {
        // On Linux it is known that there is no GPU before any driver is loaded.
        let found = ["no GPU found", "only software adapters found"]
            .map(|why| format!("juliaset: cpu-exact: {why}\n"));
        assert!(found.iter().any(|line| line == said), "{said}");
    }
    for software in list.split("\n\n").filter(is_software) {
        assert!(!run.stderr.contains(name_in(software.lines().next().unwrap())), "{}", run.stderr);
    }
}
