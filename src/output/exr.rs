//! OpenEXR files, written as their rows come: 32-bit floats in blocks of 16 rows, each compressed by
//! itself (OpenEXR's method ZIP).

use std::io::{self, BufWriter, Seek, SeekFrom, Write};

use super::deflate::Method;
use super::in_order::InOrder;
use super::png::{Compression, Header};
use super::{PictureWriter, invalid, zlib};

/// Rows of a block, as the format has it.
const BLOCK_ROWS: u32 = 16;

/// An OpenEXR that is being written. Its "pixels" are little-endian `f32`, one for each channel. Blocks are
/// compressed on all threads of the current rayon pool; memory is bounded by a few of them.
pub struct ExrWriter<W: Write + Seek> {
    file: BufWriter<W>,
    width: usize,
    channels: usize,
    rows_left: u32,
    method: Method,
    gathering: Vec<u8>,
    blocks: InOrder<Vec<u8>>,
    /// The offset of the table of the blocks' offsets.
    table: u64,
    offsets: Vec<u64>,
    /// The offset of the next block.
    position: u64,
}

impl<W: Write + Seek> ExrWriter<W> {
    /// Writes the head of a picture with these channels, whose names are in the order of their bytes.
    ///
    /// # Errors
    /// What the writer underneath says.
    pub fn start(
        writer: W,
        header: &Header<'_>,
        channels: &[&str],
        compression: Compression,
    ) -> io::Result<Self> {
        let mut head = head(header, channels);
        let table = head.len() as u64;
        let blocks = header.height.div_ceil(BLOCK_ROWS);
        head.resize(head.len() + 8 * blocks as usize, 0);
        let mut file = BufWriter::new(writer);
        file.write_all(&head)?;
        Ok(Self {
            file,
            width: header.width as usize,
            channels: channels.len(),
            rows_left: header.height,
            method: Method::Level(match compression {
                Compression::Fast => 1,
                Compression::Balanced => 6,
                Compression::Small => 9,
            }),
            gathering: Vec::new(),
            blocks: InOrder::new(),
            table,
            offsets: Vec::new(),
            position: head.len() as u64,
        })
    }

    fn row_bytes(&self) -> usize {
        4 * self.width * self.channels
    }

    fn start_block(&mut self) -> io::Result<()> {
        let (method, channels, row_bytes) = (self.method, self.channels, self.row_bytes());
        let pixels = std::mem::take(&mut self.gathering);
        self.rows_left -= (pixels.len() / row_bytes) as u32;
        self.blocks.start(move || compressed(&pixels, row_bytes, channels, method));
        while let Some(block) = self.blocks.ready()? {
            self.put(&block)?;
        }
        Ok(())
    }

    fn put(&mut self, block: &[u8]) -> io::Result<()> {
        let row = self.offsets.len() as u32 * BLOCK_ROWS;
        self.file.write_all(&row.to_le_bytes())?;
        self.file.write_all(&(block.len() as u32).to_le_bytes())?;
        self.file.write_all(block)?;
        self.offsets.push(self.position);
        self.position += 8 + block.len() as u64;
        Ok(())
    }
}

impl<W: Write + Seek + Send> PictureWriter for ExrWriter<W> {
    fn write(&mut self, mut pixels: &[u8]) -> io::Result<()> {
        while !pixels.is_empty() {
            let rows = self.rows_left.min(BLOCK_ROWS) as usize;
            if rows == 0 {
                return Err(invalid("more pixels than the picture has"));
            }
            let length = pixels.len().min(rows * self.row_bytes() - self.gathering.len());
            let (part, rest) = pixels.split_at(length);
            self.gathering.extend_from_slice(part);
            pixels = rest;
            if self.gathering.len() == rows * self.row_bytes() {
                self.start_block()?;
            }
        }
        Ok(())
    }

    /// Texts that were not known before have no place in the file.
    fn finish(mut self: Box<Self>, _: &[(&'static str, String)]) -> io::Result<()> {
        if self.rows_left > 0 {
            return Err(invalid("fewer pixels than the picture has"));
        }
        while let Some(block) = self.blocks.wait()? {
            self.put(&block)?;
        }
        self.file.seek(SeekFrom::Start(self.table))?;
        let table: Vec<u8> = self.offsets.iter().flat_map(|offset| offset.to_le_bytes()).collect();
        self.file.write_all(&table)?;
        self.file.flush()
    }
}

/// What comes before the table of the blocks' places.
fn head(header: &Header<'_>, channels: &[&str]) -> Vec<u8> {
    let mut head = vec![0x76, 0x2f, 0x31, 0x01];
    // Version 2, one picture in lines.
    head.extend(2_u32.to_le_bytes());
    let mut attribute = |name: &str, kind: &str, value: &[u8]| {
        for text in [name, kind] {
            head.extend(text.as_bytes());
            head.push(0);
        }
        head.extend((value.len() as u32).to_le_bytes());
        head.extend(value);
    };
    let mut list = Vec::new();
    for name in channels {
        list.extend(name.as_bytes());
        list.push(0);
        // 32-bit floats, linear, one for each pixel both ways.
        list.extend([2_u32, 0, 1, 1].iter().flat_map(|number| number.to_le_bytes()));
    }
    list.push(0);
    let window = [0, 0, header.width - 1, header.height - 1].map(u32::to_le_bytes).concat();
    attribute("channels", "chlist", &list);
    attribute("compression", "compression", &[3]);
    attribute("dataWindow", "box2i", &window);
    attribute("displayWindow", "box2i", &window);
    attribute("lineOrder", "lineOrder", &[0]);
    attribute("pixelAspectRatio", "float", &1_f32.to_le_bytes());
    attribute("screenWindowCenter", "v2f", &[0; 8]);
    attribute("screenWindowWidth", "float", &1_f32.to_le_bytes());
    if channels.contains(&"Y") {
        // Of Y by itself the white matters: that of sRGB, which a reader would take without it.
        let places = [0.64_f32, 0.33, 0.30, 0.60, 0.15, 0.06, 0.3127, 0.3290];
        let places = places.map(f32::to_le_bytes).concat();
        attribute("chromaticities", "chromaticities", &places);
    }
    if let Some(dpi) = header.dpi {
        attribute("xDensity", "float", &(dpi.get() as f32).to_le_bytes());
    }
    for (keyword, text) in header.texts {
        attribute(keyword, "string", text.as_bytes());
    }
    head.push(0);
    head
}

/// A block of pixels as it is in the file.
fn compressed(pixels: &[u8], row_bytes: usize, channels: usize, method: Method) -> Vec<u8> {
    // In each row one channel after the other.
    let mut rows = Vec::with_capacity(pixels.len());
    for row in pixels.chunks_exact(row_bytes) {
        let (floats, _) = row.as_chunks::<4>();
        for channel in 0..channels {
            rows.extend(floats.iter().skip(channel).step_by(channels).flatten());
        }
    }
    // Every other byte, then the rest; and of all that the differences, in which 128 is 0.
    let [even, odd] = [0, 1].map(|first| rows.iter().skip(first).step_by(2));
    let mut bytes: Vec<u8> = even.chain(odd).copied().collect();
    for index in (1..bytes.len()).rev() {
        bytes[index] = bytes[index].wrapping_sub(bytes[index - 1]).wrapping_add(128);
    }
    let stream = zlib::stream(method, &bytes);
    // What does not become smaller stays as it was.
    if stream.len() < rows.len() { stream } else { rows }
}

#[cfg(test)]
mod tests {
    use exr::prelude::{ReadChannels, ReadLayers, Text, read};

    use super::*;
    use crate::tone::PixelFormat;

    fn check(width: u32, height: u32, channels: &[&str], noise: bool, compression: Compression) {
        let mut state = 1_u32;
        let floats: Vec<f32> = (0..width as usize * height as usize * channels.len())
            .map(|i| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                // Any float except NaN.
                if noise { f32::from_bits(state & 0xbf7f_ffff) } else { (i % 300) as f32 / 7.0 }
            })
            .collect();
        let texts = [("juliaset job", "a = 1\n".to_owned())];
        let dpi = Some("118.11".parse().unwrap());
        let header =
            Header { dpi, texts: &texts, ..Header::new(width, height, PixelFormat::Gray8) };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.exr");
        let file = std::fs::File::create(&path).unwrap();
        let mut writer = ExrWriter::start(file, &header, channels, compression).unwrap();
        let bytes: Vec<u8> = floats.iter().flat_map(|float| float.to_le_bytes()).collect();
        for part in bytes.chunks(4 * channels.len() * 1001) {
            writer.write(part).unwrap();
        }
        Box::new(writer).finish(&[]).unwrap();
        let layers = read().no_deep_data().largest_resolution_level().all_channels();
        let image = layers.first_valid_layer().all_attributes().from_file(&path).unwrap();
        let case = format!("{width} × {height}, {channels:?}, {noise}, {compression:?}");
        let layer = image.layer_data;
        assert_eq!((layer.size.0, layer.size.1), (width as usize, height as usize), "{case}");
        assert_eq!(layer.channel_data.list.len(), channels.len());
        for (index, (channel, name)) in layer.channel_data.list.iter().zip(channels).enumerate() {
            assert_eq!(channel.name.to_string(), *name, "{case}");
            let expected: Vec<f32> =
                floats.iter().skip(index).step_by(channels.len()).copied().collect();
            let read: Vec<f32> = channel.sample_data.values_as_f32().collect();
            assert!(read == expected, "{case}");
        }
        assert_eq!(layer.attributes.horizontal_density, Some(118.11), "{case}");
        let white = image.attributes.chromaticities.map(|places| places.white);
        assert_eq!(white.map(|white| (white.0, white.1)), Some((0.3127, 0.329)), "{case}");
        assert!(layer.attributes.other.contains_key(&Text::from("juliaset job")), "{case}");
    }

    #[test]
    fn blocks_of_every_kind() {
        for channels in [&["Y"][..], &["Y", "distance"]] {
            for (width, height) in [(1, 1), (5, 16), (33, 17), (300, 100)] {
                for noise in [false, true] {
                    check(width, height, channels, noise, Compression::Balanced);
                }
            }
        }
        check(70, 40, &["Y"], false, Compression::Fast);
        check(70, 40, &["Y"], false, Compression::Small);
    }

    #[test]
    fn too_few_and_too_many_pixels_are_errors() {
        let header = Header::new(3, 2, PixelFormat::Gray8);
        let start = || {
            let file = io::Cursor::new(Vec::new());
            Box::new(ExrWriter::start(file, &header, &["Y"], Compression::Fast).unwrap())
        };
        let mut writer = start();
        writer.write(&[0; 20]).unwrap();
        assert_eq!(writer.finish(&[]).unwrap_err().kind(), io::ErrorKind::InvalidInput);
        assert_eq!(start().write(&[0; 28]).unwrap_err().kind(), io::ErrorKind::InvalidInput);
    }
}
