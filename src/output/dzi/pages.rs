//! The descriptor of a pyramid, and the page that shows it.

use std::path::Path;

use super::layout::{Layout, TILE};

/// The name space of descriptors.
const NAME_SPACE: &str = "http://schemas.microsoft.com/deepzoom/2008";

/// The start of every descriptor that is written here.
const START: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Image xmlns=\"";

/// The descriptor of a picture.
pub fn descriptor(layout: Layout) -> String {
    let Layout { width, height } = layout;
    format!(
        "{START}{NAME_SPACE}\" Format=\"png\" Overlap=\"0\" TileSize=\"{TILE}\">\n  \
         <Size Width=\"{width}\" Height=\"{height}\"/>\n</Image>\n"
    )
}

/// Whether a file that begins with these bytes is a descriptor.
pub fn is_descriptor(start: &[u8]) -> bool {
    let start = start.strip_prefix(START.as_bytes());
    start.is_some_and(|rest| rest.starts_with(NAME_SPACE.as_bytes()))
}

/// The page in the folder of the tiles, which shows them with the user's own copy of OpenSeadragon: the folder
/// `openseadragon` beside the page, or beside the descriptor.
pub fn page(layout: Layout, descriptor: &Path) -> String {
    let Layout { width, height } = layout;
    let name = descriptor.file_stem().unwrap_or_default().to_string_lossy();
    let page = include_str!("page.html");
    let values = [
        ("{name}", escaped(&name)),
        ("{namespace}", NAME_SPACE.to_owned()),
        ("{tile}", TILE.to_string()),
        ("{width}", width.to_string()),
        ("{height}", height.to_string()),
    ];
    // The name comes last: whatever it has in braces, it stays.
    values.iter().rev().fold(page.to_owned(), |page, (key, value)| page.replace(key, value))
}

/// A text in HTML.
fn escaped(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '&' => "&amp;".to_owned(),
            '<' => "&lt;".to_owned(),
            '>' => "&gt;".to_owned(),
            '"' => "&quot;".to_owned(),
            c => c.to_string(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_a_text() {
        let page = page(Layout { width: 7, height: 5 }, Path::new("a/<b>&\"{width}.dzi"));
        assert!(page.contains("<title>&lt;b&gt;&amp;&quot;{width}</title>"), "{page}");
        assert!(page.contains("Width: 7, Height: 5"), "{page}");
        assert!(is_descriptor(descriptor(Layout { width: 7, height: 5 }).as_bytes()));
        assert!(!is_descriptor(page.as_bytes()));
    }
}
