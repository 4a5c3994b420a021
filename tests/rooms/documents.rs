//! The documents: every link leads somewhere.

use std::fs;
use std::path::{Path, PathBuf};

/// All pages of the repository.
fn pages() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = [root.to_path_buf(), root.join("docs"), root.join("python")];
    let entries = folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap());
    let files = entries.map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|end| end == "md")).collect()
}

/// The name by which a heading is linked to.
fn anchor(heading: &str) -> String {
    let kept = |c: char| c.is_alphanumeric() || "-_ ".contains(c);
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    text.chars().filter(|&c| kept(c)).map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// What a page links to, outside of code.
fn links(text: &str) -> Vec<String> {
    let mut links = Vec::new();
    for (index, part) in text.split("```").enumerate() {
        if index % 2 == 1 {
            continue;
        }
        for after in part.split("](").skip(1) {
            let target: String = after.chars().take_while(|&c| c != ')').collect();
            links.push(target);
        }
    }
    links
}

#[test]
fn every_link_leads_somewhere() {
    let (mut checked, mut broken) = (0, Vec::new());
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for link in links(&text) {
            if link.contains("://") || link.starts_with("data:") {
                continue;
            }
            checked += 1;
            let (file, name) = link.split_once('#').unwrap_or((&link, ""));
            let target =
                if file.is_empty() { page.clone() } else { page.parent().unwrap().join(file) };
            let has_name = || {
                let text = fs::read_to_string(&target).unwrap_or_default();
                text.lines().any(|line| line.starts_with('#') && anchor(line) == name)
            };
            if !target.exists() || !(name.is_empty() || has_name()) {
                broken.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(checked > 50, "{checked} links");
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn every_page_is_in_the_index() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let index = links(&fs::read_to_string(root.join("docs/README.md")).unwrap());
    for page in pages().iter().filter_map(|page| page.strip_prefix(root.join("docs")).ok()) {
        let name = page.to_str().unwrap();
        // The front page of `cargo doc` has a picture as text.
        let is_there = name == "README.md"
            || name == "rabbit.md"
            || index.iter().any(|link| link.split('#').next() == Some(name));
        assert!(is_there, "docs/{name}");
    }
}
