//! Escape counts in numpy's own format, NPY: an array of shape `(height, width)`, in C order.
//!
//! Behind it stands a second array, of pairs of strings: what the file says of itself.
//! `numpy.load(path)` gives the counts; a second `numpy.load` from the same open file gives the texts.
//! The format is that of `numpy.lib.format`.

use std::io::{self, BufRead, Read, Seek, SeekFrom};

use crate::region::MAX_SIDE;

const MAGIC: &[u8; 6] = b"\x93NUMPY";

/// The longest header that is read: no picture's is longer.
const LONGEST_HEADER: u64 = 1 << 16;

/// What is written before an array's numbers: its type, as numpy spells it, and its shape.
fn header(kind: &str, [rows, columns]: [u64; 2]) -> Vec<u8> {
    let mut text =
        format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': ({rows}, {columns}), }}");
    // All of it is a multiple of 64 bytes, with a new line at the end.
    let unpadded = MAGIC.len() + 4 + text.len() + 1;
    text.extend(std::iter::repeat_n(' ', unpadded.next_multiple_of(64) - unpadded));
    text.push('\n');
    let mut bytes = MAGIC.to_vec();
    bytes.extend([1, 0]);
    bytes.extend((text.len() as u16).to_le_bytes());
    bytes.extend(text.into_bytes());
    bytes
}

/// What comes before the counts of a picture; they follow as little-endian `u32`, row by row.
pub(crate) fn counts_header(width: u32, height: u32) -> Vec<u8> {
    header("<u4", [height.into(), width.into()])
}

/// The second array: `texts`, each with its keyword.
pub(crate) fn texts_array(texts: &[(&str, &str)]) -> Vec<u8> {
    let strings = || texts.iter().flat_map(|&(keyword, text)| [keyword, text]);
    let longest = strings().map(|text| text.chars().count()).max().unwrap_or_default().max(1);
    let mut bytes = header(&format!("<U{longest}"), [texts.len() as u64, 2]);
    for text in strings() {
        let characters = text.chars().map(u32::from).chain(std::iter::repeat(0));
        bytes.extend(characters.take(longest).flat_map(u32::to_le_bytes));
    }
    bytes
}

/// An array in a file: where its numbers are, and what they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Array {
    start: u64,
    kind: char,
    /// Bytes of a number, or characters of a string.
    size: usize,
    big_endian: bool,
    rows: u64,
    columns: u64,
}

impl Array {
    fn end(&self) -> Option<u64> {
        let bytes = if self.kind == 'U' { 4 } else { 1 };
        let numbers = self.rows.checked_mul(self.columns)?;
        numbers.checked_mul(self.size as u64)?.checked_mul(bytes)?.checked_add(self.start)
    }

    /// Reads the header at the file's current place. What is wrong with it is the inner error.
    fn read(file: &mut (impl BufRead + Seek)) -> io::Result<Result<Self, String>> {
        let not_npy = || Ok(Err("is no array in numpy's format NPY".to_owned()));
        let mut magic = [0; 8];
        if let Err(error) = file.read_exact(&mut magic) {
            return if is_short(&error) { not_npy() } else { Err(error) };
        }
        let long_length = match magic[6] {
            _ if magic[..6] != MAGIC[..] => return not_npy(),
            1 => false,
            2 | 3 => true,
            _ => return not_npy(),
        };
        let mut length = [0; 4];
        let length_bytes = if long_length { 4 } else { 2 };
        let mut text = String::new();
        let mut read = || {
            file.read_exact(&mut length[..length_bytes])?;
            let length = u64::from(u32::from_le_bytes(length)).min(LONGEST_HEADER);
            let read = file.by_ref().take(length).read_to_string(&mut text)?;
            Ok(read as u64 == length)
        };
        match read() {
            Ok(true) => {}
            Ok(false) => return not_npy(),
            Err(error) if is_short(&error) => return not_npy(),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => return not_npy(),
            Err(error) => return Err(error),
        }
        let start = file.stream_position()?;
        Ok(Self::parse(&text, start))
    }

    fn parse(text: &str, start: u64) -> Result<Self, String> {
        let wrong = || "has a damaged header".to_owned();
        let descr = value(text, "descr").ok_or_else(wrong)?;
        let shape = value(text, "shape").ok_or_else(wrong)?;
        if value(text, "fortran_order").ok_or_else(wrong)? != "False" {
            return Err("is in Fortran order; save numpy.ascontiguousarray of it".to_owned());
        }
        let mut sides = Vec::new();
        for side in shape.split(',').map(str::trim).filter(|side| !side.is_empty()) {
            sides.push(side.parse::<u64>().map_err(|_| wrong())?);
        }
        let &[rows, columns] = sides.as_slice() else {
            return Err(format!("has the shape ({shape}); counts have (height, width)"));
        };
        let kind = descr.trim_start_matches(['<', '>', '|', '=']);
        let mut characters = kind.chars();
        let letter = characters.next().unwrap_or('V');
        let size = characters.as_str().parse::<usize>().ok();
        let size = size.filter(|&size| match letter {
            'u' | 'i' => [1, 2, 4, 8].contains(&size),
            'U' => true,
            _ => false,
        });
        let size = size.ok_or_else(|| {
            format!("holds numbers of the type {descr}; escape counts are whole numbers")
        })?;
        let big_endian = descr.starts_with('>');
        Ok(Self { start, kind: letter, size, big_endian, rows, columns })
    }
}

/// The text behind a key of a header, without the brackets or quotation marks around it.
fn value<'a>(header: &'a str, key: &str) -> Option<&'a str> {
    let quoted = [format!("'{key}'"), format!("\"{key}\"")];
    let place = quoted.iter().find_map(|key| Some(header.find(key)? + key.len()))?;
    let rest = header[place..].trim_start().strip_prefix(':')?.trim_start();
    let (inner, end) = match rest.chars().next()? {
        '(' => (&rest[1..], ")"),
        '\'' => (&rest[1..], "'"),
        '"' => (&rest[1..], "\""),
        _ => return Some(rest.split([',', '}']).next()?.trim()),
    };
    inner.split_once(end).map(|(value, _)| value)
}

fn is_short(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::UnexpectedEof
}

/// The counts in a file: where they are, and their shape.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counts {
    array: Array,
}

impl Counts {
    /// Reads the header of a file that should hold counts, `length` bytes long. What is wrong with it
    /// is the inner error.
    pub(crate) fn read(
        file: &mut (impl BufRead + Seek),
        length: u64,
    ) -> io::Result<Result<Self, String>> {
        let array = match Array::read(file)? {
            Ok(array) => array,
            Err(problem) => return Ok(Err(problem)),
        };
        let Array { rows, columns, .. } = array;
        let side = 1..=u64::from(MAX_SIDE);
        Ok(if array.kind == 'U' {
            Err("holds strings; escape counts are whole numbers".to_owned())
        } else if !side.contains(&rows) || !side.contains(&columns) {
            Err(format!("has the shape ({rows}, {columns}); a side has 1 to {MAX_SIDE} pixels"))
        } else if array.end().is_none_or(|end| end > length) {
            Err(format!("is cut short: {rows} rows of {columns} counts are longer than the file"))
        } else {
            Ok(Self { array })
        })
    }

    pub(crate) fn width(&self) -> u32 {
        self.array.columns as u32
    }

    pub(crate) fn height(&self) -> u32 {
        self.array.rows as u32
    }

    /// The texts behind the counts; none where there are none, or what is there is something else.
    pub(crate) fn texts(
        &self,
        file: &mut (impl BufRead + Seek),
    ) -> io::Result<Vec<(String, String)>> {
        let Some(end) = self.array.end() else { return Ok(Vec::new()) };
        file.seek(SeekFrom::Start(end))?;
        let array = match Array::read(file)? {
            Ok(array) if array.kind == 'U' && array.columns == 2 && !array.big_endian => array,
            _ => return Ok(Vec::new()),
        };
        let mut texts = Vec::new();
        let mut string = Vec::new();
        let mut next = || -> io::Result<Option<String>> {
            string.clear();
            let bytes = 4 * array.size as u64;
            let read = file.by_ref().take(bytes).read_to_end(&mut string)?;
            let (characters, _) = string.as_chunks::<4>();
            let characters = characters.iter().map(|&bytes| u32::from_le_bytes(bytes));
            let text = characters.take_while(|&c| c != 0).map(char::from_u32).collect();
            Ok(if read as u64 == bytes { text } else { None })
        };
        for _ in 0..array.rows {
            let (Some(keyword), Some(text)) = (next()?, next()?) else { return Ok(Vec::new()) };
            texts.push((keyword, text));
        }
        Ok(texts)
    }

    /// Reads `counts.len()` counts from the one at `index` on. A number that is no count is the inner
    /// error, with its index.
    pub(crate) fn fill(
        &self,
        file: &mut (impl Read + Seek),
        index: u64,
        counts: &mut [u32],
    ) -> io::Result<Result<(), (u64, i128)>> {
        let Array { start, kind, size, big_endian, .. } = self.array;
        let mut bytes = vec![0; counts.len() * size];
        file.seek(SeekFrom::Start(start + index * size as u64))?;
        file.read_exact(&mut bytes)?;
        for (offset, (count, bytes)) in
            counts.iter_mut().zip(bytes.chunks_exact_mut(size)).enumerate()
        {
            if big_endian {
                bytes.reverse();
            }
            let negative = kind == 'i' && bytes[size - 1] >= 0x80;
            let mut number = [if negative { 0xff } else { 0 }; 16];
            number[..size].copy_from_slice(bytes);
            let number = i128::from_le_bytes(number);
            match u32::try_from(number) {
                Ok(number) => *count = number,
                Err(_) => return Ok(Err((index + offset as u64, number))),
            }
        }
        Ok(Ok(()))
    }
}

/// Whether a file that begins so is in numpy's format.
pub(crate) fn is_npy(start: &[u8]) -> bool {
    start.starts_with(MAGIC)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn read(bytes: &[u8]) -> Result<Counts, String> {
        Counts::read(&mut Cursor::new(bytes), bytes.len() as u64).unwrap()
    }

    fn file(header: &str, numbers: &[u8]) -> Vec<u8> {
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.as_bytes());
        bytes.extend(numbers);
        bytes
    }

    #[test]
    fn counts_and_texts_come_back() {
        let mut bytes = counts_header(3, 2);
        assert_eq!(bytes.len() % 64, 0);
        bytes.extend([7_u32, 0, u32::MAX, 1, 2, 3].iter().flat_map(|count| count.to_le_bytes()));
        let texts = [("a", "é\n1"), ("key", "")];
        let plain = bytes.clone();
        bytes.extend(texts_array(&texts));
        let counts = read(&bytes).unwrap();
        assert_eq!((counts.width(), counts.height()), (3, 2));
        let mut part = [0; 3];
        counts.fill(&mut Cursor::new(&bytes), 2, &mut part).unwrap().unwrap();
        assert_eq!(part, [u32::MAX, 1, 2]);
        let read_texts =
            |bytes: &[u8]| read(bytes).unwrap().texts(&mut Cursor::new(bytes)).unwrap();
        assert_eq!(read_texts(&bytes), texts.map(|(key, text)| (key.to_owned(), text.to_owned())));
        assert!(read_texts(&plain).is_empty());
        assert!(read_texts(&bytes[..bytes.len() - 1]).is_empty());
    }

    #[test]
    fn whole_numbers_of_every_type() {
        for (kind, numbers) in [
            ("|u1", vec![1, 200]),
            (">u2", vec![0, 1, 0, 200]),
            ("<i8", vec![1, 0, 0, 0, 0, 0, 0, 0, 200, 0, 0, 0, 0, 0, 0, 0]),
        ] {
            let header = format!("{{\"shape\":(1,2),'fortran_order':False,'descr':'{kind}'}}\n");
            let bytes = file(&header, &numbers);
            let mut counts = [0; 2];
            read(&bytes).unwrap().fill(&mut Cursor::new(&bytes), 0, &mut counts).unwrap().unwrap();
            assert_eq!(counts, [1, 200], "{kind}");
        }
        let bytes = file("{'descr': '<i2', 'fortran_order': False, 'shape': (1, 1)}", &[255, 255]);
        let filled = read(&bytes).unwrap().fill(&mut Cursor::new(&bytes), 0, &mut [0]).unwrap();
        assert_eq!(filled, Err((0, -1)));
    }

    #[test]
    fn what_are_no_counts() {
        let header = |kind, order, shape| {
            file(
                &format!("{{'descr': '{kind}', 'fortran_order': {order}, 'shape': {shape}}}"),
                &[0; 8],
            )
        };
        for (bytes, problem) in [
            (b"\x89PNG\r\n\x1a\n".to_vec(), "no array"),
            (Vec::new(), "no array"),
            (b"\x93NUMPY\x01\x00\xff\xff{".to_vec(), "no array"),
            (file("{'descr': '<u4'}", &[]), "damaged header"),
            (header("<u4", "True", "(1, 2)"), "Fortran order"),
            (header("<u4", "False", "(2,)"), "has the shape (2,)"),
            (header("<u4", "False", "(0, 2)"), "has the shape (0, 2)"),
            (header("<u4", "False", "(1, 3)"), "cut short"),
            (header("<u4", "False", "(2147483647, 2147483647)"), "cut short"),
            (header("<f8", "False", "(1, 1)"), "type <f8"),
            (header("<U2", "False", "(1, 1)"), "strings"),
            (header("|O", "False", "(1, 1)"), "type |O"),
        ] {
            let found = read(&bytes).unwrap_err();
            assert!(found.contains(problem), "{found}: {problem}");
        }
    }
}
