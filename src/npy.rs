//! Escape counts in numpy's own format, NPY: an array of shape `(height, width)`, in C order.
//!
//! The format is that of `numpy.lib.format`.

use std::io::{self, Read, Seek, SeekFrom};

use crate::grid::MAX_SIDE;

const MAGIC: &[u8; 6] = b"\x93NUMPY";

/// The longest header that is read: no picture's is longer.
const LONGEST_HEADER: u64 = 1 << 16;

/// What comes before the counts of a picture; they follow as little-endian `u32`, row by row, and
/// nothing after them: some readers refuse a file that is longer than its array.
pub(crate) fn header(width: u32, height: u32) -> Vec<u8> {
    let mut text =
        format!("{{'descr': '<u4', 'fortran_order': False, 'shape': ({height}, {width}), }}");
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

/// The counts in a file: where they are, and what they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Counts {
    start: u64,
    is_signed: bool,
    /// Bytes of a number.
    size: usize,
    big_endian: bool,
    rows: u64,
    columns: u64,
}

impl Counts {
    /// Reads the header of a file of counts. The inner error says what is wrong with it.
    pub(crate) fn read(file: &mut impl Read) -> io::Result<Result<Self, String>> {
        let not_npy = || Ok(Err("is not an array in numpy's format NPY".to_owned()));
        let mut magic = [0; 8];
        if let Err(error) = file.read_exact(&mut magic) {
            return if is_short(&error) { not_npy() } else { Err(error) };
        }
        let length_bytes = match magic[6] {
            _ if magic[..6] != MAGIC[..] => return not_npy(),
            1 => 2,
            2 | 3 => 4,
            _ => return not_npy(),
        };
        let mut length = [0; 4];
        let mut text = String::new();
        let mut read = || {
            file.read_exact(&mut length[..length_bytes])?;
            let length = u64::from(u32::from_le_bytes(length));
            let read = file.by_ref().take(length.min(LONGEST_HEADER)).read_to_string(&mut text)?;
            Ok(read as u64 == length)
        };
        match read() {
            Ok(true) => {}
            Ok(false) => return not_npy(),
            Err(error) if is_short(&error) => return not_npy(),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => return not_npy(),
            Err(error) => return Err(error),
        }
        Ok(Self::parse(&text, (magic.len() + length_bytes + text.len()) as u64))
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
            _ => false,
        });
        let size = size.ok_or_else(|| {
            format!("holds numbers of the type {descr}; escape counts are whole numbers")
        })?;
        let big_endian = descr.starts_with('>');
        let side = 1..=u64::from(MAX_SIDE);
        if !side.contains(&rows) || !side.contains(&columns) {
            let problem =
                format!("has the shape ({rows}, {columns}); a side has 1 to {MAX_SIDE} pixels");
            return Err(problem);
        }
        Ok(Self { start, is_signed: letter == 'i', size, big_endian, rows, columns })
    }

    /// Where the counts begin.
    pub(crate) fn start(&self) -> u64 {
        self.start
    }

    /// The size of the counts in bytes; `None` if it is larger than any file.
    pub(crate) fn bytes(&self) -> Option<u64> {
        (self.rows * self.columns).checked_mul(self.size as u64)
    }

    /// The error for a file with too few bytes.
    pub(crate) fn cut_short(&self) -> String {
        let Self { rows, columns, .. } = self;
        format!("is cut short: {rows} rows of {columns} counts are longer than the file")
    }

    pub(crate) fn width(&self) -> u32 {
        self.columns as u32
    }

    pub(crate) fn height(&self) -> u32 {
        self.rows as u32
    }

    /// Reads `counts.len()` counts from the one at `index` on. The inner error is a number
    /// that is not a count, with its index.
    pub(crate) fn fill(
        &self,
        file: &mut (impl Read + Seek),
        index: u64,
        counts: &mut [u32],
    ) -> io::Result<Result<(), (u64, i128)>> {
        let &Self { start, is_signed, size, big_endian, .. } = self;
        let mut bytes = vec![0; counts.len() * size];
        file.seek(SeekFrom::Start(start + index * size as u64))?;
        file.read_exact(&mut bytes)?;
        for (offset, (count, bytes)) in
            counts.iter_mut().zip(bytes.chunks_exact_mut(size)).enumerate()
        {
            if big_endian {
                bytes.reverse();
            }
            let negative = is_signed && bytes[size - 1] >= 0x80;
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

/// Whether a file that begins so is in numpy's format.
pub(crate) fn is_npy(start: &[u8]) -> bool {
    start.starts_with(MAGIC)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn read(bytes: &[u8]) -> Result<Counts, String> {
        Counts::read(&mut Cursor::new(bytes)).unwrap()
    }

    fn file(header: &str, numbers: &[u8]) -> Vec<u8> {
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.as_bytes());
        bytes.extend(numbers);
        bytes
    }

    #[test]
    fn counts_come_back() {
        let mut bytes = header(3, 2);
        assert_eq!(bytes.len() % 64, 0);
        bytes.extend([7_u32, 0, u32::MAX, 1, 2, 3].iter().flat_map(|count| count.to_le_bytes()));
        let counts = read(&bytes).unwrap();
        assert_eq!((counts.width(), counts.height()), (3, 2));
        assert_eq!(counts.start() + counts.bytes().unwrap(), bytes.len() as u64);
        let mut part = [0; 3];
        counts.fill(&mut Cursor::new(&bytes), 2, &mut part).unwrap().unwrap();
        assert_eq!(part, [u32::MAX, 1, 2]);
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
            (b"\x89PNG\r\n\x1a\n".to_vec(), "not an array"),
            (Vec::new(), "not an array"),
            (b"\x93NUMPY\x01\x00\xff\xff{".to_vec(), "not an array"),
            (file("{'descr': '<u4'}", &[]), "damaged header"),
            (header("<u4", "True", "(1, 2)"), "Fortran order"),
            (header("<u4", "False", "(2,)"), "has the shape (2,)"),
            (header("<u4", "False", "(0, 2)"), "has the shape (0, 2)"),
            (header("<u4", "False", "(2147483648, 2)"), "has the shape (2147483648, 2)"),
            (header("<u4", "False", "(99999999999999999999, 2)"), "damaged header"),
            (header("<f8", "False", "(1, 1)"), "type <f8"),
            (header("<U2", "False", "(1, 1)"), "type <U2"),
            (header("|O", "False", "(1, 1)"), "type |O"),
        ] {
            let found = read(&bytes).unwrap_err();
            assert!(found.contains(problem), "{found}: {problem}");
        }
    }
}
