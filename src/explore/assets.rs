//! The page's own files, which are inside the program.

use std::sync::LazyLock;

use super::bundle::bundled;

/// A file: its name after `/page/`, its type, and its text.
pub type Asset = (&'static str, &'static str, &'static str);

const HTML: &str = "text/html; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// The page itself.
pub const INDEX: Asset = ("index.html", HTML, include_str!("page/index.html"));

macro_rules! scripts {
    ($($name:literal),* $(,)?) => {
        /// What the page consists of.
        const FILES: &[Asset] = &[
            ("style.css", STYLE, include_str!("page/style.css")),
            $(($name, SCRIPT, include_str!(concat!("page/", $name)))),*
        ];
    };
}

scripts!(
    "choices.js",
    "explorer.js",
    "fields.js",
    "gestures.js",
    "grid.js",
    "history.js",
    "job.js",
    "light.js",
    "loader.js",
    "log1p.js",
    "main.js",
    "mandelbrot.js",
    "mapping.js",
    "message.js",
    "number.js",
    "orbit.js",
    "palette.js",
    "palettes.js",
    "scene.js",
    "state.js",
    "take.js",
    "testing.js",
    "thumbnail.js",
    "tile.js",
    "tiles.js",
    "tone.js",
    "view.js",
);

/// All scripts as one, which is what the page asks for.
static BUNDLE: LazyLock<String> = LazyLock::new(|| {
    let source =
        |name: &str| FILES.iter().find(|(known, ..)| *known == name).map_or("", |file| file.2);
    bundled("main.js", source)
});

/// The file with this name.
pub fn named(name: &str) -> Option<Asset> {
    if name == "explore.js" {
        return Some(("explore.js", SCRIPT, &BUNDLE));
    }
    FILES.iter().find(|(known, ..)| *known == name).copied()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    /// A file that is forgotten here would be missing in the browser alone.
    #[test]
    fn every_file_of_the_page_is_served() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/explore/page");
        for entry in fs::read_dir(folder).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(name == INDEX.0 || named(&name).is_some(), "{name}");
        }
    }

    /// An import or export that is written in another way would be left as it is.
    #[test]
    fn the_bundle_has_all_modules_and_no_import() {
        let (_, _, bundle) = named("explore.js").unwrap();
        for (name, kind, _) in FILES.iter().filter(|(name, ..)| *name != "main.js") {
            assert_eq!(
                bundle.contains(&format!("(() => {{ // {name}\n")),
                *kind == SCRIPT,
                "{name}"
            );
        }
        let left = |line: &&str| line.starts_with("import") || line.starts_with("export");
        assert_eq!(bundle.lines().find(left), None);
    }
}
