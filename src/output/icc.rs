//! The colour space of all pictures, sRGB, as an ICC profile (ICC.1:2022, version 4): the place that TIFF, WebP and JPEG have for it.

/// D50, the white of profiles, in 65536ths.
const WHITE: [u32; 3] = [0xf6d6, 0x1_0000, 0xd32d];
/// Red, green and blue, adapted to that white.
const PRIMARIES: [(&[u8; 4], [u32; 3]); 3] = [
    (b"rXYZ", [0x6fa0, 0x38f5, 0x0390]),
    (b"gXYZ", [0x6297, 0xb787, 0x18d9]),
    (b"bXYZ", [0x249f, 0x0f84, 0xb6c4]),
];
/// What adapts sRGB's own white, D65, to it (Bradford).
const ADAPTATION: [i32; 9] = [68674, 1502, -3291, 1939, 64912, -1119, -606, 988, 49262];
/// The curve of IEC 61966-2-1: 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92 and 0.04045.
const CURVE: [u32; 5] = [0x2_6666, 0xf2a7, 0x0d59, 0x13d0, 0x0a5b];

/// The bytes before the table of tags.
const HEAD: usize = 128;

/// The profile of pictures in sRGB, or of gray ones with the curve of sRGB.
pub fn srgb(is_gray: bool) -> Vec<u8> {
    let name = if is_gray { "sRGB gray" } else { "sRGB" };
    let curve = [b"para\0\0\0\0\0\x03\0\0".to_vec(), bytes(&CURVE)].concat();
    let adaptation = ADAPTATION.map(|number| number as u32);
    let mut tags = vec![
        (b"desc", text(name)),
        (b"cprt", text("CC0")),
        (b"wtpt", typed(b"XYZ ", &WHITE)),
        (b"chad", typed(b"sf32", &adaptation)),
    ];
    if is_gray {
        tags.push((b"kTRC", curve));
    } else {
        tags.extend(PRIMARIES.map(|(tag, color)| (tag, typed(b"XYZ ", &color))));
        tags.extend([b"rTRC", b"gTRC", b"bTRC"].map(|tag| (tag, curve.clone())));
    }
    let mut table = bytes(&[tags.len() as u32]);
    let mut data: Vec<u8> = Vec::new();
    let mut place = 0;
    let start = HEAD + 4 + 12 * tags.len();
    for (k, (tag, value)) in tags.iter().enumerate() {
        // The curves are one.
        if k == 0 || *value != tags[k - 1].1 {
            place = start + data.len();
            data.extend(value);
            data.resize(data.len().next_multiple_of(4), 0);
        }
        table.extend_from_slice(*tag);
        table.extend(bytes(&[place as u32, value.len() as u32]));
    }
    let mut profile = head((start + data.len()) as u32, is_gray);
    profile.extend(table);
    profile.extend(data);
    profile
}

fn head(length: u32, is_gray: bool) -> Vec<u8> {
    let mut head = bytes(&[length, 0, 0x0430_0000]);
    head.extend(b"mntr");
    head.extend(if is_gray { b"GRAY" } else { b"RGB " });
    head.extend(b"XYZ ");
    // A date that it has anywhere and at any time: the same bytes for the same picture.
    head.extend([2026_u16, 1, 1, 0, 0, 0].iter().flat_map(|number| number.to_be_bytes()));
    head.extend(b"acsp");
    head.resize(68, 0);
    head.extend(bytes(&WHITE));
    head.resize(HEAD, 0);
    head
}

/// Big-endian numbers.
fn bytes(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

/// Numbers with their type before them.
fn typed(kind: &[u8; 4], numbers: &[u32]) -> Vec<u8> {
    [&kind[..], &[0; 4], &bytes(numbers)].concat()
}

/// A text in one language.
fn text(text: &str) -> Vec<u8> {
    let text: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let head = [&b"mluc\0\0\0\0"[..], &bytes(&[1, 12]), b"enUS"].concat();
    [head, bytes(&[text.len() as u32, 28]), text].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_primaries_add_up_to_white_and_the_table_to_the_profile() {
        for part in 0..3 {
            let sum: u32 = PRIMARIES.iter().map(|(_, color)| color[part]).sum();
            assert_eq!(sum, WHITE[part]);
        }
        for (is_gray, tags) in [(false, 10), (true, 5)] {
            let profile = srgb(is_gray);
            let number =
                |place: usize| u32::from_be_bytes(profile[place..place + 4].try_into().unwrap());
            assert_eq!((number(0) as usize, number(HEAD)), (profile.len(), tags));
            let mut end = HEAD as u32 + 4 + 12 * tags;
            for tag in 0..tags as usize {
                let [place, length] = [8, 12].map(|part| number(HEAD + 12 * tag + part));
                assert!(place % 4 == 0 && place <= end && place + length <= number(0));
                end = end.max(place + length.next_multiple_of(4));
            }
            assert_eq!(end, number(0));
            assert!(profile.len() < 512, "{}", profile.len());
        }
    }
}
