//! The job that a picture carries. Anyone may have written it, so nothing is taken from it except what
//! the program itself records.

use std::path::Path;

use toml::de::DeTable;

use super::animate::KEYS as MOTION;
use super::error::Failure;
use crate::output::metadata;
use crate::record;
use crate::record::{JOB, KEYS, Texts};
use crate::text::visible;

/// The texts that the picture `path` carries, its job among them.
pub fn texts(path: &Path) -> Result<Texts, Failure> {
    let texts = metadata::read(path)?;
    check(&texts, path)?;
    if record::text(&texts, JOB).is_none() {
        let path = path.display();
        return Err(Failure::usage(format!(
            "{path}: carries no job; was it made by juliaset, and without --no-metadata?"
        )));
    }
    Ok(texts)
}

/// Whether the job in `texts`, which came from `path`, has only the keys of a picture's job.
pub fn check(texts: &Texts, path: &Path) -> Result<(), Failure> {
    let Some(job) = record::text(texts, JOB) else { return Ok(()) };
    let path = path.display();
    let table = DeTable::parse(job).map_err(|error| {
        Failure::usage(format!("{path}: its job is damaged ({})", error.message()))
    })?;
    let keys = table.get_ref().keys().map(|key| key.get_ref());
    match keys.into_iter().find(|key| !KEYS.iter().chain(&MOTION).any(|known| known == key)) {
        Some(key) => {
            let key: String = visible(key).chars().take(40).collect();
            let line = format!("{path}: its job has '{key}', which is not taken from a picture");
            Err(Failure::usage(line))
        }
        None => Ok(()),
    }
}
