//! `--interior none`, and colours with an opacity.

use std::fs;
use std::io::Cursor;

use crate::Folder;

const RABBIT: &str = "-q --engine cpu --preset rabbit -R 60";

/// Red, green, blue and opacity of a PNG, in 16 bits.
fn seen(folder: &Folder, name: &str) -> Vec<[u16; 4]> {
    let pixels = image::open(folder.join(name)).unwrap().into_rgba16();
    pixels.pixels().map(|pixel| pixel.0).collect()
}

/// What is not inside is as it was without it, in every way of making pixels.
#[test]
fn the_inside_is_transparent_and_the_rest_as_it_was() {
    let folder = Folder::new();
    for flags in [
        "",
        "--palette magma",
        "--palette magma --smooth",
        "--depth 16",
        "--palette magma --depth 16 --smooth",
    ] {
        folder.juliaset(&format!("{RABBIT} {flags} --interior lime -o a.png")).is_quiet_success();
        folder.juliaset(&format!("{RABBIT} {flags} --interior none -o b.png")).is_quiet_success();
        let (opaque, seen) = (seen(&folder, "a.png"), seen(&folder, "b.png"));
        let inside = opaque.iter().filter(|pixel| pixel[..3] == [0, 65535, 0]).count();
        assert!(inside > 100 && inside < opaque.len() / 2, "{flags}: {inside}");
        for (opaque, seen) in opaque.iter().zip(seen) {
            let expected = if opaque[..3] == [0, 65535, 0] { [0; 4] } else { *opaque };
            assert_eq!(seen, expected, "{flags}");
        }
    }
}

/// The mean of N × N points is the one of those that are seen.
#[test]
fn a_transparent_point_gives_no_colour() {
    let folder = Folder::new();
    for way in ["", "--adaptive", "--smooth"] {
        let flags = format!("--palette red,red --interior none --supersample 3 {way}");
        folder.juliaset(&format!("{RABBIT} {flags} -o x.png")).is_quiet_success();
        let pixels = seen(&folder, "x.png");
        let some = pixels.iter().filter(|pixel| (1..65535).contains(&pixel[3])).count();
        assert!(some > 50, "{way}: {some}");
        for pixel in pixels {
            let red = if pixel[3] == 0 { 0 } else { 65535 };
            assert_eq!(pixel[..3], [red, 0, 0], "{way}");
        }
    }
    // So are the lower levels of a pyramid, and the frames of a zoom that are resampled.
    folder
        .juliaset(&format!("{RABBIT} --palette red,red --interior none -o x.dzi"))
        .is_quiet_success();
    let zoom = "animate -q --engine cpu --preset rabbit --center 0,0 --width 3 -R 60 --palette red,red --interior none --zoom 3 --frames 3 --resample -o f%d.png";
    folder.juliaset(zoom).is_quiet_success();
    for name in ["x_files/5/0_0.png", "x_files/3/0_0.png", "f1.png"] {
        let pixels = seen(&folder, name);
        assert!(pixels.iter().any(|pixel| (1..65535).contains(&pixel[3])), "{name}");
        let red = |pixel: &[u16; 4]| pixel[..3] == [if pixel[3] == 0 { 0 } else { 65535 }, 0, 0];
        assert!(pixels.iter().all(red), "{name}");
    }
}

#[test]
fn every_format_that_has_it_has_the_same() {
    let folder = Folder::new();
    let flags = format!("{RABBIT} --palette #ff000080,navy --interior none");
    folder.juliaset(&format!("{flags} -o x.png")).is_quiet_success();
    let expected = image::open(folder.join("x.png")).unwrap().into_rgba8().into_raw();
    assert!(expected.chunks(4).any(|pixel| pixel == [255, 0, 0, 128]));
    folder.juliaset(&format!("{flags} -o x.tif")).is_quiet_success();
    let mut tiff =
        tiff::decoder::Decoder::new(fs::File::open(folder.join("x.tif")).unwrap()).unwrap();
    assert_eq!(tiff.colortype().unwrap(), tiff::ColorType::RGBA(8));
    let tiff::decoder::DecodingResult::U8(pixels) = tiff.read_image().unwrap() else {
        panic!("16 bits")
    };
    assert!(pixels == expected);
    folder.juliaset(&format!("{flags} -o x.webp")).is_quiet_success();
    let webp = fs::read(folder.join("x.webp")).unwrap();
    let mut webp = image_webp::WebPDecoder::new(Cursor::new(webp)).unwrap();
    let mut pixels = vec![0; expected.len()];
    webp.read_image(&mut pixels).unwrap();
    assert!(webp.has_alpha() && pixels == expected);
    // Few colours are indices in a PNG; made again, they are the same.
    let png = fs::read(folder.join("x.png")).unwrap();
    let reader = png::Decoder::new(Cursor::new(&png)).read_info().unwrap();
    assert!(reader.info().color_type == png::ColorType::Indexed && reader.info().trns.is_some());
    assert!(folder.juliaset("info x.png").stdout.contains("\ninterior = \"none\"\n"));
    folder.juliaset("-q --engine cpu --like x.png -o y.png").is_quiet_success();
    assert!(image::open(folder.join("y.png")).unwrap().into_rgba8().into_raw() == expected);
}

#[test]
fn an_openexr_has_an_opacity_of_its_own() {
    use exr::prelude::{ReadChannels, ReadLayers, read};
    let folder = Folder::new();
    folder.juliaset(&format!("{RABBIT} --smooth -o a.exr")).is_quiet_success();
    folder.juliaset(&format!("{RABBIT} --smooth --interior none -o b.exr")).is_quiet_success();
    let channels = |name: &str| {
        let layers = read().no_deep_data().largest_resolution_level().all_channels();
        let image =
            layers.first_valid_layer().all_attributes().from_file(folder.join(name)).unwrap();
        let list = image.layer_data.channel_data.list;
        let channel = |channel: &exr::prelude::AnyChannel<exr::prelude::FlatSamples>| {
            (channel.name.to_string(), channel.sample_data.values_as_f32().collect::<Vec<f32>>())
        };
        list.iter().map(channel).collect::<Vec<_>>()
    };
    let (plain, seen) = (channels("a.exr"), channels("b.exr"));
    let [(y, values)] = &plain[..] else { panic!("{} channels", plain.len()) };
    let [(a, opacity), (_, associated)] = &seen[..] else { panic!("{} channels", seen.len()) };
    assert_eq!((y.as_str(), a.as_str()), ("Y", "A"));
    let itermax = values.iter().copied().fold(0.0, f32::max);
    for k in 0..values.len() {
        let is_inside = values[k] == itermax;
        assert_eq!(opacity[k], if is_inside { 0.0 } else { 1.0 });
        assert_eq!(associated[k], if is_inside { 0.0 } else { values[k] });
    }
    assert!(opacity.contains(&0.0) && opacity.contains(&1.0));
}

#[test]
fn a_format_without_it_says_so() {
    let folder = Folder::new();
    let jpeg = "--output x.jpg: a JPEG has no transparency; take .png, .tif, .webp or .dzi";
    for (line, expected) in [
        ("--interior none -o x.jpg", jpeg),
        ("--interior transparent -o x.jpg", jpeg),
        ("--palette #ff000080,navy -o x.jpg", jpeg),
        (
            "animate --zoom 2 --interior #00000080 -o x.gif",
            "--output x.gif: a GIF has no partial transparency; take .png or .apng",
        ),
        (
            "animate --zoom 2 --interior none -o x.mp4",
            "--output x.mp4: a film has no transparency; take .png or .apng",
        ),
        (
            "--interior #12345",
            "--interior #12345: must be a colour: #rrggbb, #rgb, #rrggbbaa, or a name such as black or none",
        ),
    ] {
        folder.juliaset(line).fails(2, expected);
    }
    // With all its colours opaque it is as any.
    folder.juliaset(&format!("{RABBIT} --interior #000000ff -o x.jpg")).is_quiet_success();
}

/// What has no opacity is written without one; the goldens of pixels, here and there, are of the time before.
#[test]
fn an_opaque_picture_has_no_opacity() {
    let folder = Folder::new();
    for flags in [
        "--palette viridis --interior black --supersample 2",
        "--palette viridis --distance --interior red",
    ] {
        folder.juliaset(&format!("{RABBIT} {flags} -o x.png")).is_quiet_success();
        let png = fs::read(folder.join("x.png")).unwrap();
        let reader = png::Decoder::new(Cursor::new(&png)).read_info().unwrap();
        assert_eq!(reader.info().color_type, png::ColorType::Rgb, "{flags}");
        assert!(reader.info().trns.is_none());
    }
}
