//! `juliaset bench`: what it prints. Speeds are not tested.

use crate::Folder;

/// 100 pixels, all of them in the unit disk, which never leave: 50 iterations each.
const JOB: &str = "-r 0 -i 0 -x -0.1 -X 0.1 -y -0.1 -Y 0.1 -m 0 -M 50 -R 10";

/// The words of a line, with one space between them.
fn words(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_table_has_a_line_for_every_engine() {
    let folder = Folder::new();
    let run = folder.juliaset(&format!("bench {JOB} --runs 2 --threads 2"));
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let first = run.stdout.lines().next().unwrap();
    assert!(first.starts_with("10 × 10 pixels, 5000 iterations, the median of 2 runs"), "{first}");
    let (counts, in_colour) = run.stdout.split_once("\nin colour, the median of 1 runs;").unwrap();
    let lines = |table: &str, start: &str| {
        table.lines().map(words).filter(|row| row.starts_with(start)).count()
    };
    assert_eq!(lines(counts, "1 thread definition "), 1, "{}", run.stdout);
    for threads in ["1 thread", "2 threads"] {
        for variant in ["cpu-exact", "cpu-double", "cpu-single"] {
            let found = lines(counts, &format!("{threads} {variant} "));
            assert_eq!(found, 1, "{variant}: {}", run.stdout);
        }
    }
    // Smooth: with one sample point, and with four in all pixels and in some.
    for (start, expected) in [
        ("2 threads cpu-exact --palette magma --smooth ", 3),
        ("2 threads cpu-exact --palette magma --distance ", 1),
        ("2 threads ", 4),
        ("1 thread", 0),
    ] {
        assert_eq!(lines(in_colour, start), expected, "{start}: {}", run.stdout);
    }
    assert!(folder.names().is_empty());
}

#[test]
fn pictures_in_colour_can_be_left_out() {
    let run = Folder::new().juliaset(&format!("bench {JOB} --runs 1 --threads 1 --gray"));
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stdout.contains("cpu-exact") && !run.stdout.contains("colour"), "{}", run.stdout);
}

#[test]
fn json_has_the_same_lines() {
    let run = Folder::new().juliaset(&format!("bench {JOB} --runs 1 --threads 1 --json"));
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stdout.contains("\"iterations\": 5000,\n"), "{}", run.stdout);
    let rows: Vec<_> = run.stdout.lines().filter(|line| line.starts_with("    {")).collect();
    let definition = r#"{"engine": "definition", "variant": null, "adapter": null, "threads": 1, "#;
    assert!(rows[0].trim_start().starts_with(definition), "{}", rows[0]);
    let cpu = r#"{"engine": "cpu", "variant": "cpu-double", "adapter": null, "threads": 1, "precision": "double", "#;
    assert!(rows.iter().any(|row| row.trim_start().starts_with(cpu)), "{}", run.stdout);
    for row in rows {
        assert!(row.contains(r#""kernel": {"median": "#), "{row}");
        assert!(row.contains(r#""ratio": "#), "{row}");
        let is_on_gpu = row.contains(r#""engine": "gpu""#);
        assert_eq!(row.contains(r#""on_host": null"#), !is_on_gpu, "{row}");
        let in_colour = row.matches(r#"{"flags": "--palette magma "#).count();
        assert_eq!(row.matches(r#", "whole": {"median": "#).count(), in_colour, "{row}");
        assert_eq!(row.matches(r#", "times_gray": "#).count(), in_colour, "{row}");
        let has_some = row.contains(r#""variant": "cpu-exact""#) || row.contains("gpu-exact-");
        assert_eq!(in_colour, if has_some { 4 } else { 0 }, "{row}");
    }
}

#[test]
fn no_run_at_all_is_refused() {
    Folder::new()
        .juliaset("bench --runs 0")
        .fails(2, "--runs 0: must be a whole number from 1 to 1000");
}

/// Where all sample points are one number of `double`, its loop was timed as the definition, and its one count was that of
/// all pixels: iterations were wrong.
#[test]
fn a_deep_view_has_no_definition_in_f64() {
    let folder = Folder::new();
    let view = "--center 0,1 --width 1e-30 --size 20x10 -r 0 -i 1 -m 0 -M 900 --engine cpu";
    folder.juliaset(&format!("{view} -o a.npy")).is_quiet_success();
    let counts = std::fs::read(folder.join("a.npy")).unwrap();
    let counts = counts[counts.len() - 800..].as_chunks::<4>().0.iter();
    let iterations: u32 = counts.map(|&count| (u32::from_le_bytes(count) + 1).min(900)).sum();
    let run = folder.juliaset(&format!("bench {view} --runs 1 --threads 1 --gray"));
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let line = "juliaset: left out: double, single, the definition: sample points side by side are the same number there\n";
    assert_eq!(run.stderr, line);
    let head = format!("20 × 10 pixels, {iterations} iterations, the median of 1 runs\n");
    assert!(run.stdout.starts_with(&head), "{head} {}", run.stdout);
    assert!(run.stdout.contains("cpu-exact") && !run.stdout.contains("definition"));
}
