//! Finished tiles that are kept for those who come back.

use std::collections::HashMap;

use hyper::body::Bytes;

use super::limits;

/// Tiles by their keys, [`limits::KEPT_BYTES`] at most.
#[derive(Debug, Default)]
pub struct Kept {
    tiles: HashMap<String, (u64, Bytes)>,
    bytes: usize,
    clock: u64,
}

impl Kept {
    /// The tile, if it is kept.
    pub fn get(&mut self, key: &str) -> Option<Bytes> {
        self.clock += 1;
        let (used, tile) = self.tiles.get_mut(key)?;
        *used = self.clock;
        Some(tile.clone())
    }

    /// Keeps a tile, and forgets those that were not asked for the longest.
    pub fn put(&mut self, key: String, tile: Bytes) {
        self.clock += 1;
        self.bytes += key.len() + tile.len();
        if let Some((_, before)) = self.tiles.insert(key.clone(), (self.clock, tile)) {
            self.bytes -= key.len() + before.len();
        }
        if self.bytes <= limits::KEPT_BYTES {
            return;
        }
        // A quarter at once, so that it is not done for every tile.
        let mut order: Vec<_> =
            self.tiles.iter().map(|(key, (used, _))| (*used, key.clone())).collect();
        order.sort_unstable();
        for (_, key) in order {
            if self.bytes <= limits::KEPT_BYTES / 4 * 3 {
                break;
            }
            if let Some((_, tile)) = self.tiles.remove(&key) {
                self.bytes -= key.len() + tile.len();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_bounded_and_what_was_used_last_stays() {
        let mut kept = Kept::default();
        let tile = Bytes::from(vec![0; 1 << 20]);
        for k in 0..200 {
            kept.put(format!("{k}"), tile.clone());
            assert!(kept.get("0").is_some(), "{k}");
            assert!(kept.bytes <= limits::KEPT_BYTES);
        }
        assert!(kept.get("1").is_none() && kept.get("199").is_some());
        let held: usize = kept.tiles.iter().map(|(key, (_, tile))| key.len() + tile.len()).sum();
        assert_eq!(held, kept.bytes);
    }
}
