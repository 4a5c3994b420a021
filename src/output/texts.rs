//! The texts that a picture carries.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use crate::engine::StoredEngine;
use crate::error::{Error, Result};
use crate::npy;

/// The texts in UTF-8 of the PNG or NPY `path`, each with its keyword, in the order in which they are
/// there.
///
/// # Errors
/// [`Error::Io`], and [`Error::NotAPicture`] for a file that is neither or a damaged one.
pub fn read(path: &Path) -> Result<Vec<(String, String)>> {
    let unreadable = |source| Error::Io { path: path.to_path_buf(), source };
    let mut file = BufReader::new(File::open(path).map_err(unreadable)?);
    if npy::is_npy(file.fill_buf().map_err(unreadable)?) {
        return StoredEngine::open(path)?.texts();
    }
    let read = || -> std::result::Result<_, png::DecodingError> {
        let mut options = png::DecodeOptions::default();
        // A text that was changed is none.
        options.set_skip_ancillary_crc_failures(false);
        let decoder = png::Decoder::new_with_options(file, options);
        let mut reader = decoder.read_info()?;
        reader.finish()?;
        let texts = reader.info().utf8_text.iter();
        texts.map(|text| Ok((text.keyword.clone(), text.get_text()?))).collect()
    };
    match read() {
        Ok(texts) => Ok(texts),
        Err(png::DecodingError::IoError(source))
            if source.kind() != std::io::ErrorKind::UnexpectedEof =>
        {
            Err(unreadable(source))
        }
        Err(error) => Err(Error::NotAPicture {
            path: path.to_path_buf(),
            problem: format!("is no PNG, or a damaged one ({error})"),
        }),
    }
}
