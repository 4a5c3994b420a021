//! Pictures of the original program, byte for byte.

use crate::{Folder, gray, sha256};

/// The original's picture without flags, 500 × 313.
pub const DEFAULT: &str = "400c18ebf91a7aa4d0f9e1322a3dfd83be3408cceef95c130544da29c3514ee9";
/// The original's picture of the headline job, 4000 × 4000.
pub const HEADLINE: &str = "77fae31a03e92012bbfa9414b5a2505f9de770265e4711454e603afcf0b72051";
/// The job of that picture.
pub const HEADLINE_JOB: &str = "-x=-0.1 -X=0.1 -y=-0.1 -Y=0.1 -m=20 -M=100 -R=4000";

#[test]
fn the_picture_without_flags() {
    let folder = Folder::new();
    let run = folder.juliaset("");
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""));
    assert_eq!(folder.names(), ["plot.png"]);
    let (width, bytes) = gray(&folder.join("plot.png"));
    assert_eq!((width, bytes.len()), (500, 500 * 313));
    assert_eq!(sha256(&bytes), DEFAULT);
}

#[test]
fn the_headline_job() {
    let folder = Folder::new();
    folder.juliaset(&format!("{HEADLINE_JOB} --engine cpu -o x.png")).is_quiet_success();
    let (width, bytes) = gray(&folder.join("x.png"));
    assert_eq!((width, bytes.len()), (4000, 16_000_000));
    assert_eq!(sha256(&bytes), HEADLINE);
}

#[test]
fn every_way_to_write_the_flags_gives_the_same_picture() {
    let folder = Folder::new();
    let mut pictures = Vec::new();
    for flags in [
        "-R 100 -x -0.5 -X 1e0 -y -.25 -Y +0.5 -r -0.8 -i 0.156 -t 3 -m 0 -M 200",
        "-R=100 -x=-0.5 -X=1e0 -y=-.25 -Y=+0.5 -r=-0.8 -i=0.156 -t=3 -m=0 -M=200",
        "-R100 -x-0.5 -X1e0 -y-.25 -Y+0.5 -r-0.8 -i0.156 -t3 -m0 -M200",
        "--resolution 100 --xleft -0.5 --xright 1e0 --ybot -.25 --ytop +0.5 --real -0.8 \
         --imag 0.156 --threshold 3 --itermin 0 --itermax 200",
        "--resolution=100 --xleft=-0.5 --xright=1e0 --ybot=-.25 --ytop=+0.5 --real=-0.8 \
         --imag=0.156 --threshold=3 --itermin=0 --itermax=200",
    ] {
        folder.juliaset(&format!("{flags} --engine cpu")).is_quiet_success();
        pictures.push(gray(&folder.join("plot.png")));
    }
    assert_eq!(pictures[0].1.len(), 100 * 50);
    assert!(pictures.iter().all(|picture| *picture == pictures[0]));
    folder.juliaset("-R 100 --engine cpu").is_quiet_success();
    assert_ne!(gray(&folder.join("plot.png")), pictures[0]);
}

#[test]
fn swapped_bounds_mirror_the_picture() {
    // On a lattice of dyadic points the mirror image has the very same points, but that each pixel
    // is sampled at its upper left corner: column 0 has no partner, nor has row 0.
    let folder = Folder::new();
    folder.juliaset("-R 64 -x -1 -X 1 -y -0.5 -Y 0.5 --engine cpu -o a.png").is_quiet_success();
    folder.juliaset("-R 64 -x 1 -X -1 -y 0.5 -Y -0.5 --engine cpu -o b.png").is_quiet_success();
    let ((_, a), (_, b)) = (gray(&folder.join("a.png")), gray(&folder.join("b.png")));
    assert_eq!((a.len(), b.len()), (64 * 32, 64 * 32));
    for row in 1..32 {
        for col in 1..64 {
            assert_eq!(a[row * 64 + col], b[(32 - row) * 64 + 64 - col], "column {col}, row {row}");
        }
    }
}
