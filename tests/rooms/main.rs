//! The structure of the repository: no file imports one that imports it, directly or through others; every link leads
//! somewhere.

mod documents;
mod imports;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use imports::{Crate, circles};

/// Every source file under `directory`, by its path from there.
fn sources(directory: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![directory.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                found.insert(path.strip_prefix(directory).unwrap().to_path_buf(), text);
            }
        }
    }
    found
}

/// Says which files import each other, and through which paths.
fn described(imports: &BTreeMap<PathBuf, BTreeMap<PathBuf, String>>) -> String {
    let circles = circles(imports);
    let mut text = format!("{} circles among {} files\n", circles.len(), imports.len());
    for circle in &circles {
        text += "a circle:\n";
        for file in circle {
            for (imported, path) in imports[file].iter().filter(|(file, _)| circle.contains(file)) {
                text += &format!("  {} imports {} by {path}\n", file.display(), imported.display());
            }
        }
    }
    text
}

#[test]
fn no_file_imports_one_that_imports_it() {
    for directory in ["src", "python/src"] {
        let sources = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(directory));
        let imports = Crate::new(Path::new("lib.rs"), &sources).imports();
        assert!(imports.len() > 5, "{directory}: {} files", imports.len());
        let described = described(&imports);
        print!("{directory}: {described}");
        assert!(circles(&imports).is_empty(), "{directory}: {described}");
    }
}

/// The files of a small crate, and its circles.
fn planted(files: &[(&str, &str)]) -> Vec<Vec<PathBuf>> {
    let sources = files.iter().map(|(path, text)| (PathBuf::from(path), (*text).to_owned()));
    let sources: BTreeMap<_, _> = sources.collect();
    circles(&Crate::new(Path::new("lib.rs"), &sources).imports())
}

#[test]
fn a_planted_circle_is_found() {
    let root = ("lib.rs", "mod a; mod b;");
    let circle = vec![vec![PathBuf::from("a.rs"), PathBuf::from("b.rs")]];
    let b = ("b.rs", "pub fn g() {} pub fn h() { crate::a::f() }");
    assert_eq!(planted(&[root, ("a.rs", "use crate::b::g; pub fn f() { g() }"), b]), circle);
    assert_eq!(planted(&[root, ("a.rs", "use super::b; pub fn f() { b::g() }"), b]), circle);
    assert_eq!(planted(&[root, ("a.rs", "pub fn f() { m!(crate::b::g()) }"), b]), circle);
    // In tests it does not matter.
    let tests = "pub fn f() {} #[cfg(test)] mod tests { use crate::b::g; }";
    assert_eq!(planted(&[root, ("a.rs", tests), b]), Vec::<Vec<PathBuf>>::new());
}

#[test]
fn a_circle_through_a_parent_is_found() {
    let root = ("lib.rs", "mod a;");
    let child = ("a/b.rs", "use super::Thing; pub fn f(_: Thing) {}");
    let uses = "mod b; pub struct Thing; pub fn g() { b::f(Thing) }";
    let circle = vec![vec![PathBuf::from("a/b.rs"), PathBuf::from("a/mod.rs")]];
    assert_eq!(planted(&[root, ("a/mod.rs", uses), child]), circle);
    // A re-export is a name for the file that has the item, and no import.
    let names = "mod b; mod c; pub use b::f; pub use c::Thing;";
    let thing = ("a/c.rs", "pub struct Thing;");
    assert_eq!(planted(&[root, ("a/mod.rs", names), child, thing]), Vec::<Vec<PathBuf>>::new());
}
