//! docs/gallery.md: every picture is the one that the command printed under it makes.

use std::fs;
use std::path::{Path, PathBuf};

use image::DynamicImage;

use crate::{Folder, Run};

/// A picture of the page.
struct Picture {
    /// Its path in the repository.
    path: String,
    /// What stands under it.
    command: String,
}

impl Picture {
    fn file(&self) -> PathBuf {
        docs().parent().unwrap().join(&self.path)
    }

    fn pixels(&self) -> DynamicImage {
        image::open(self.file()).unwrap()
    }

    /// Makes it again, by `args` and into a new file, and wants the same pixels.
    #[track_caller]
    fn is_made_by(&self, args: &[&str]) {
        let folder = Folder::new();
        fs::create_dir_all(folder.join("docs/gallery")).unwrap();
        let mut command = folder.command(crate::JULIASET);
        Run::from(command.args(args).arg("--quiet").output().unwrap()).is_quiet_success();
        assert!(image::open(folder.join(&self.path)).unwrap() == self.pixels(), "{args:?}");
    }

    /// Makes it again from the job that it carries.
    #[track_caller]
    fn is_made_again(&self, engine: &str) {
        let file = self.file();
        let mut args = vec!["--like", file.to_str().unwrap(), "-o", &self.path];
        args.extend(engine.split_whitespace());
        self.is_made_by(&args);
    }
}

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

/// All pictures of the page. What stands under each is a block of one line.
fn pictures() -> Vec<Picture> {
    let page = fs::read_to_string(docs().join("gallery.md")).unwrap().replace("\r\n", "\n");
    let after_images = page.split("\n![").skip(1);
    let pictures = after_images.map(|text| {
        let (image, under) = text.split_once(")\n\n").unwrap();
        let (_, name) = image.split_once("](gallery/").expect("in docs/gallery");
        let command = under.strip_prefix("```sh\n").expect("a command under the picture");
        let (command, _) = command.split_once("\n```").unwrap();
        assert!(command.starts_with("juliaset ") && command.lines().count() == 1, "{command}");
        Picture { path: format!("docs/gallery/{name}"), command: command.to_string() }
    });
    pictures.collect()
}

#[test]
fn every_picture_is_on_the_page() {
    let mut on_page: Vec<_> = pictures().iter().map(Picture::file).collect();
    let files = fs::read_dir(docs().join("gallery")).unwrap();
    let mut files: Vec<_> = files.map(|entry| entry.unwrap().path()).collect();
    on_page.sort();
    files.sort();
    assert!(!files.is_empty() && on_page == files, "{on_page:?} against {files:?}");
}

#[test]
fn the_readme_has_the_same_commands() {
    let readme = fs::read_to_string(docs().parent().unwrap().join("README.md")).unwrap();
    let pictures = pictures();
    let shown: Vec<_> = pictures
        .iter()
        .filter(|picture| readme.contains(&format!("]({})", picture.path)))
        .collect();
    assert!(!shown.is_empty());
    for Picture { path, command } in shown {
        let under = format!("]({path})\n\n```sh\n{command}\n```\n");
        assert!(readme.replace("\r\n", "\n").contains(&under), "{path}");
    }
}

#[test]
fn every_picture_is_small() {
    let sizes = pictures().into_iter().map(|picture| fs::metadata(picture.file()).unwrap().len());
    let sizes: Vec<_> = sizes.collect();
    assert!(sizes.iter().all(|&size| size <= 150_000), "{sizes:?}");
    assert!(sizes.iter().sum::<u64>() <= 1_400_000, "{sizes:?}");
}

#[test]
fn the_commands_make_the_pictures() {
    for picture in pictures() {
        // Quotes are for the shell, and none has a space in it.
        let words = picture.command.split_whitespace().skip(1);
        let args: Vec<_> = words.map(|word| word.trim_matches('\'')).collect();
        picture.is_made_by(&args);
    }
}

#[test]
fn the_pictures_are_made_again_bit_for_bit() {
    for picture in pictures() {
        picture.is_made_again("--engine cpu");
    }
}

#[cfg(feature = "gpu")]
mod gpu {
    use super::*;

    /// Those of colours by counts, and those of smooth values and distances.
    #[test]
    fn the_adapter_makes_the_same_pictures() {
        for picture in pictures() {
            picture.is_made_again(&crate::gpu::flags());
        }
    }
}
