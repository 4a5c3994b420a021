//! Pictures in a terminal: by the protocols of kitty and iTerm2, as sixels, or in half blocks.

use std::env;
use std::fmt::Write;
use std::io;

use super::ansi;
use crate::output::png::{PixelFormat, PngWriter};
use crate::{Compression, Frame};

/// How a terminal shows pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// A PNG in escape sequences, for kitty and Ghostty.
    Kitty,
    /// A PNG in one escape sequence, for iTerm2, WezTerm and mintty.
    Iterm,
    /// Columns of six pixels, up to 256 colours, for foot, mlterm and others.
    Sixel,
    /// Two pixels to a character, for all that have 24-bit colours.
    Blocks,
}

/// The bytes of base64 that kitty takes in one sequence.
const CHUNK: usize = 4096;

/// The colours of a sixel picture are found by looking at one pixel in this many.
const SPEED: i32 = 10;

impl Protocol {
    /// That of standard output; or the reason why it shows no pictures.
    pub fn of_standard_output() -> Result<Self, &'static str> {
        ansi::of_standard_output()?;
        Self::of(|name| env::var(name).ok()).ok_or("the terminal cannot show pictures")
    }

    /// That of a terminal with these environment variables. No terminal is asked: not all answer.
    fn of(variable: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let text = |name| variable(name).unwrap_or_default();
        let (term, program) = (text("TERM"), text("TERM_PROGRAM"));
        let starts = |starts: &[&str]| starts.iter().any(|start| term.starts_with(start));
        if term == "dumb" {
            return None;
        }
        Some(if starts(&["tmux", "screen"]) {
            // What they pass on depends on their settings.
            Self::Blocks
        } else if starts(&["xterm-kitty", "xterm-ghostty"]) || program == "ghostty" {
            Self::Kitty
        } else if ["iTerm.app", "WezTerm", "mintty"].contains(&program.as_str()) {
            Self::Iterm
        } else if starts(&["foot", "mlterm", "yaft"]) || term.contains("sixel") {
            Self::Sixel
        } else {
            Self::Blocks
        })
    }

    /// The most columns and rows of pixels, if the picture may have a `share`-th of the terminal's width.
    pub fn max_size(self, share: u32) -> (u32, u32) {
        let size = terminal_size::terminal_size();
        let (columns, lines) =
            size.map_or((80, 24), |(w, h)| (u32::from(w.0).max(1), u32::from(h.0).max(2)));
        match self {
            Self::Blocks => (columns / share, 2 * (lines - 1) / share),
            // The size of a character can only be guessed.
            _ => (8 * columns / share, 16 * (lines - 1) / share),
        }
    }

    /// The text that shows a picture in red, green and blue, with a new line at the end.
    pub fn show(self, frame: &Frame) -> io::Result<Vec<u8>> {
        let mut text = match self {
            Self::Kitty => kitty(&base64(&png(frame)?)),
            Self::Iterm => {
                let png = png(frame)?;
                format!("\x1b]1337;File=inline=1;size={}:{}\x07", png.len(), base64(&png))
            }
            Self::Sixel => sixel(frame),
            Self::Blocks => return Ok(blocks(frame).into_bytes()),
        };
        text.push('\n');
        Ok(text.into_bytes())
    }
}

fn png(frame: &Frame) -> io::Result<Vec<u8>> {
    let mut file = Vec::new();
    let (width, height) = (frame.width, frame.height);
    let mut png =
        PngWriter::new(&mut file, width, height, PixelFormat::Rgb8, Compression::Balanced)?;
    png.write(&frame.pixels)?;
    png.finish()?;
    Ok(file)
}

fn kitty(base64: &str) -> String {
    let mut text = String::new();
    let chunks: Vec<&[u8]> = base64.as_bytes().chunks(CHUNK).collect();
    for (index, chunk) in chunks.iter().enumerate() {
        // Show it at once, it is a PNG, and do not answer.
        let what = if index == 0 { "a=T,f=100,q=2," } else { "" };
        let more = u8::from(index + 1 < chunks.len());
        // Writing to a string cannot fail.
        let _ = write!(text, "\x1b_G{what}m={more};{}\x1b\\", String::from_utf8_lossy(chunk));
    }
    text
}

/// RFC 4648, with padding.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let byte = |index: usize| u32::from(three.get(index).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            let value = bits >> (18 - 6 * digit) & 63;
            text.push(if digit > three.len() { '=' } else { DIGITS[value as usize].into() });
        }
    }
    text
}

fn blocks(frame: &Frame) -> String {
    let (pixels, _) = frame.pixels.as_chunks::<3>();
    let rows: Vec<&[[u8; 3]]> = pixels.chunks(frame.width as usize).collect();
    let mut text = String::new();
    for pair in rows.chunks(2) {
        for (col, [red, green, blue]) in pair[0].iter().enumerate() {
            let _ = write!(text, "\x1b[38;2;{red};{green};{blue}");
            // There is nothing below the last row.
            if let Some([red, green, blue]) = pair.get(1).map(|row| row[col]) {
                let _ = write!(text, ";48;2;{red};{green};{blue}");
            }
            text += "m▀";
        }
        text += "\x1b[0m\n";
    }
    text
}

fn sixel(frame: &Frame) -> String {
    let side = |side: u32| u16::try_from(side).unwrap_or(u16::MAX);
    let (width, height) = (side(frame.width), side(frame.height));
    let image = gif::Frame::from_rgb_speed(width, height, &frame.pixels, SPEED);
    let mut text = format!("\x1bPq\"1;1;{width};{height}");
    let (colors, _) = image.palette.as_deref().unwrap_or_default().as_chunks::<3>();
    for (index, color) in colors.iter().enumerate() {
        // In percent.
        let [red, green, blue] = color.map(|part| (u32::from(part) * 100 + 127) / 255);
        let _ = write!(text, "#{index};2;{red};{green};{blue}");
    }
    let width = usize::from(width);
    for rows in image.buffer.chunks(6 * width) {
        let mut used: Vec<u8> = rows.to_vec();
        used.sort_unstable();
        used.dedup();
        for color in used {
            let _ = write!(text, "#{color}");
            let column = |col: usize| -> u8 {
                let rows = rows.chunks(width).enumerate();
                rows.map(|(row, pixels)| u8::from(pixels[col] == color) << row).sum()
            };
            let columns: Vec<u8> = (0..width).map(column).collect();
            for run in columns.chunk_by(|a, b| a == b) {
                let _ = write!(text, "!{}{}", run.len(), char::from(63 + run[0]));
            }
            // Back to the first column.
            text.push('$');
        }
        text.push('-');
    }
    text + "\x1b\\"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(width: u32, pixels: &[u8]) -> Frame {
        let height = pixels.len() as u32 / 3 / width;
        let (format, colors) = (PixelFormat::Rgb8, Vec::new());
        Frame { width, height, format, colors, pixels: pixels.to_vec() }
    }

    #[test]
    fn terminals_by_their_environment() {
        for (variables, protocol) in [
            (&[("TERM", "xterm-kitty")][..], Some(Protocol::Kitty)),
            (&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "WezTerm")], Some(Protocol::Iterm)),
            (&[("TERM", "foot-extra")], Some(Protocol::Sixel)),
            (&[("TERM", "xterm-256color")], Some(Protocol::Blocks)),
            (&[("TERM", "tmux-256color"), ("TERM_PROGRAM", "WezTerm")], Some(Protocol::Blocks)),
            (&[("TERM", "dumb")], None),
            (&[], Some(Protocol::Blocks)),
        ] {
            let value = |name: &str| variables.iter().find(|(known, _)| *known == name);
            let found = Protocol::of(|name| value(name).map(|(_, value)| (*value).to_owned()));
            assert_eq!(found, protocol, "{variables:?}");
        }
    }

    #[test]
    fn base64_of_every_length() {
        for (bytes, text) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("fooba", "Zm9vYmE=")]
        {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
        assert_eq!(base64(&[0xfb, 0xef, 0xff]), "++//");
    }

    #[test]
    fn two_pixels_to_a_character() {
        let shown = blocks(&frame(1, &[1, 2, 3, 4, 5, 6, 7, 8, 9]));
        let expected = "\x1b[38;2;1;2;3;48;2;4;5;6m▀\x1b[0m\n\x1b[38;2;7;8;9m▀\x1b[0m\n";
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_png_in_pieces() {
        let noise: Vec<u8> = (0..3 * 60 * 60_u32)
            .map(|i| ((i * i).wrapping_mul(2_654_435_761) >> 16) as u8)
            .collect();
        let frame = frame(60, &noise);
        let kitty = Protocol::Kitty.show(&frame).unwrap();
        let kitty = String::from_utf8(kitty).unwrap();
        let pieces: Vec<&str> = kitty.trim_end().split_terminator("\x1b\\").collect();
        assert!(pieces.len() > 2);
        let mut joined = String::new();
        for (index, piece) in pieces.iter().enumerate() {
            let (head, data) = piece.split_once(';').unwrap();
            let more = u8::from(index + 1 < pieces.len());
            let first = if index == 0 { "a=T,f=100,q=2," } else { "" };
            assert_eq!(head, format!("\x1b_G{first}m={more}"));
            assert!(data.len() <= CHUNK);
            joined += data;
        }
        let png = png(&frame).unwrap();
        assert_eq!(joined, base64(&png));
        let iterm = String::from_utf8(Protocol::Iterm.show(&frame).unwrap()).unwrap();
        let head = format!("\x1b]1337;File=inline=1;size={}:", png.len());
        assert_eq!(iterm, format!("{head}{joined}\x07\n"));
    }

    #[test]
    fn sixels_have_the_pixels() {
        // Eight rows of two columns: red, with a green pixel in the second column of the first row and
        // all of the last.
        let mut pixels = [[255, 0, 0]; 16];
        for index in [1, 14, 15] {
            pixels[index] = [0, 255, 0];
        }
        let shown = sixel(&frame(2, &pixels.concat()));
        let number = |color: &str| {
            let place = shown.find(color).unwrap();
            shown[..place].rsplit('#').next().unwrap().to_owned()
        };
        let (red, green) = (number(";2;100;0;0"), number(";2;0;100;0"));
        let (first, second) = (format!("#{red}!1~!1}}$"), format!("#{green}!1?!1@$"));
        assert!(shown.contains(&first) && shown.contains(&second), "{shown:?}");
        let (first, second) = (format!("#{red}!2@$"), format!("#{green}!2A$"));
        assert!(shown.contains(&first) && shown.contains(&second), "{shown:?}");
        assert!(shown.starts_with("\x1bPq\"1;1;2;8#") && shown.ends_with("-\x1b\\"), "{shown:?}");
    }
}
