//! A small picture of a large one, made while that is written.

use std::io;

use super::png::Header;
use super::{Frame, PictureWriter};
use crate::tone::{Depth, LinearLight, PixelFormat};

/// A picture of at most a given size, whose pixels are the means, in linear light, of those of the
/// picture that is written; on black, if that has an opacity.
#[derive(Clone, Debug)]
pub struct Preview {
    max: (u32, u32),
    /// Columns and rows of the large picture; 0 before there is one.
    of: (u32, u32),
    size: (u32, u32),
    /// The index of the next pixel of the large picture.
    next: u64,
    /// For each pixel the light of red, green and blue, which is less of what is not opaque, and how many pixels that was.
    sums: Vec<[u64; 4]>,
}

impl Preview {
    /// The preview of no picture yet, of at most this many columns and rows, each at least 1.
    pub fn new(max_width: u32, max_height: u32) -> Self {
        let max = (max_width.max(1), max_height.max(1));
        Self { max, of: (0, 0), size: (0, 0), next: 0, sums: Vec::new() }
    }

    /// A writer that does as `writer`, and shows the preview what it writes.
    pub(crate) fn watch<'a>(
        &'a mut self,
        header: &Header<'_>,
        writer: Box<dyn PictureWriter + 'a>,
    ) -> Box<dyn PictureWriter + 'a> {
        let (width, height) = (header.width, header.height);
        let scale = |max: u32, side: u32| f64::from(max) / f64::from(side);
        let scale = scale(self.max.0, width).min(scale(self.max.1, height)).min(1.0);
        let side = |side: u32| ((f64::from(side) * scale) as u32).max(1);
        (self.of, self.size, self.next) = ((width, height), (side(width), side(height)), 0);
        self.sums = vec![[0; 4]; self.size.0 as usize * self.size.1 as usize];
        let colors = header.colors.iter().map(|color| color.parts()).collect();
        Box::new(Tee { writer, preview: self, format: header.format, colors })
    }

    fn add(&mut self, pixels: impl Iterator<Item = [u8; 3]>) {
        self.add_seen(pixels.map(|[red, green, blue]| [red, green, blue, u8::MAX]));
    }

    /// Adds pixels with an opacity.
    fn add_seen(&mut self, pixels: impl Iterator<Item = [u8; 4]>) {
        let light = LinearLight::of(Depth::Eight);
        let place = |index: u64, of: u32, size: u32| index * u64::from(size) / u64::from(of);
        for [red, green, blue, opacity] in pixels {
            let (col, row) = (self.next % u64::from(self.of.0), self.next / u64::from(self.of.0));
            let col = place(col, self.of.0, self.size.0);
            let row = place(row, self.of.1, self.size.1);
            if let Some(sum) = self.sums.get_mut((row * u64::from(self.size.0) + col) as usize) {
                for (sum, part) in sum.iter_mut().zip([red, green, blue]) {
                    let light = light.decode(part.into());
                    *sum +=
                        if opacity == u8::MAX { light } else { light * u64::from(opacity) / 255 };
                }
                sum[3] += 1;
            }
            self.next += 1;
        }
    }

    /// The preview, in red, green and blue; `None` if there was no picture.
    pub fn frame(&self) -> Option<Frame> {
        let (width, height) = self.size;
        let light = LinearLight::of(Depth::Eight);
        let mean = |&[red, green, blue, pixels]: &[u64; 4]| {
            [red, green, blue].map(|sum| light.encode(sum, pixels.max(1)) as u8)
        };
        (width > 0).then(|| Frame {
            width,
            height,
            format: PixelFormat::Rgb8,
            colors: Vec::new(),
            pixels: self.sums.iter().flat_map(mean).collect(),
        })
    }
}

struct Tee<'a> {
    writer: Box<dyn PictureWriter + 'a>,
    preview: &'a mut Preview,
    format: PixelFormat,
    colors: Vec<[u8; 4]>,
}

impl PictureWriter for Tee<'_> {
    fn write(&mut self, pixels: &[u8]) -> io::Result<()> {
        let colors = &self.colors;
        let preview = &mut *self.preview;
        // Of 16 bits the higher 8.
        match self.format {
            PixelFormat::Gray8 => preview.add(pixels.iter().map(|&gray| [gray; 3])),
            PixelFormat::Gray16 => preview.add(pixels.iter().step_by(2).map(|&gray| [gray; 3])),
            PixelFormat::Rgba8 => preview.add_seen(pixels.as_chunks().0.iter().copied()),
            PixelFormat::Rgba16 => {
                let (pixels, _) = pixels.as_chunks::<8>();
                preview.add_seen(pixels.iter().map(|pixel| [0, 2, 4, 6].map(|part| pixel[part])));
            }
            PixelFormat::Rgb8 => preview.add(pixels.as_chunks().0.iter().copied()),
            PixelFormat::Rgb16 => {
                let (pixels, _) = pixels.as_chunks::<6>();
                preview.add(pixels.iter().map(|pixel| [pixel[0], pixel[2], pixel[4]]));
            }
            PixelFormat::Indexed8 => {
                let color = |index: &u8| colors.get(usize::from(*index)).copied();
                preview.add_seen(pixels.iter().map(|index| color(index).unwrap_or_default()));
            }
        }
        self.writer.write(pixels)
    }

    fn finish(self: Box<Self>, texts: &[(&'static str, String)]) -> io::Result<()> {
        self.writer.finish(texts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tone::Color;

    struct Nowhere;

    impl PictureWriter for Nowhere {
        fn write(&mut self, _: &[u8]) -> io::Result<()> {
            Ok(())
        }

        fn finish(self: Box<Self>, _: &[(&'static str, String)]) -> io::Result<()> {
            Ok(())
        }
    }

    fn preview(max: (u32, u32), format: PixelFormat, width: u32, pixels: &[u8]) -> Frame {
        let height = (pixels.len() / format.bytes()) as u32 / width;
        let colors = [Color::opaque([0; 3]), Color::opaque([255; 3])];
        let header = Header { colors: &colors, ..Header::new(width, height, format) };
        let mut preview = Preview::new(max.0, max.1);
        let mut writer = preview.watch(&header, Box::new(Nowhere));
        for part in pixels.chunks(3 * format.bytes()) {
            writer.write(part).unwrap();
        }
        writer.finish(&[]).unwrap();
        preview.frame().unwrap()
    }

    #[test]
    fn small_pictures_stay_and_large_ones_are_means() {
        let rgb = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
        let frame = preview((9, 9), PixelFormat::Rgb8, 2, &rgb);
        assert_eq!((frame.width, frame.height, &frame.pixels[..]), (2, 2, &rgb[..]));
        // Half the light of white is 188.
        let frame = preview((2, 9), PixelFormat::Indexed8, 4, &[0, 1, 1, 1, 1, 0, 1, 1]);
        assert_eq!((frame.width, frame.height), (2, 1));
        assert_eq!(frame.pixels, [188, 188, 188, 255, 255, 255]);
        let frame = preview((1, 1), PixelFormat::Gray16, 1, &[0, 7, 255, 255]);
        assert_eq!(frame.pixels, [188; 3]);
        let frame = preview((1, 3), PixelFormat::Rgb16, 1, &[9, 0, 8, 0, 7, 0]);
        assert_eq!(frame.pixels, [9, 8, 7]);
        // Half of white, and green that is not seen.
        let seen = [255, 255, 255, 255, 0, 255, 0, 0];
        let frame = preview((1, 1), PixelFormat::Rgba8, 2, &seen);
        assert_eq!(frame.pixels, [188; 3]);
        let seen = seen.map(|part| [part; 2]).concat();
        let frame = preview((1, 1), PixelFormat::Rgba16, 2, &seen);
        assert_eq!(frame.pixels, [188; 3]);
        assert!(Preview::new(3, 3).frame().is_none());
    }
}
