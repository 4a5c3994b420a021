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
    let rows: Vec<String> = run.stdout.lines().map(words).collect();
    let lines = |start: &str| rows.iter().filter(|row| row.starts_with(start)).count();
    assert_eq!(lines("1 thread definition "), 1, "{}", run.stdout);
    for threads in ["1 thread", "2 threads"] {
        for variant in ["cpu-exact", "cpu-double", "cpu-single"] {
            assert_eq!(lines(&format!("{threads} {variant} ")), 1, "{variant}: {}", run.stdout);
        }
    }
    assert!(folder.names().is_empty());
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
    }
}

#[test]
fn no_run_at_all_is_refused() {
    Folder::new()
        .juliaset("bench --runs 0")
        .fails(2, "--runs 0: must be a whole number from 1 to 1000");
}
