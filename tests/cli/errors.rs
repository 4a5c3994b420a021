//! Wrong command lines: exit code 2, one line that names the flag, the value and what would be
//! right, and no file touched.

use crate::Folder;

#[track_caller]
fn refused(cases: &[(&str, &str)]) {
    for (flags, line) in cases {
        let folder = Folder::new();
        folder.juliaset(flags).fails(2, line);
        assert!(folder.names().is_empty(), "{flags}");
    }
}

#[test]
fn numbers() {
    let side = "must be a whole number from 1 to 2147483647";
    let iterations = "must be a whole number from 0 to 4294967295";
    refused(&[
        ("-R abc", &format!("--resolution abc: {side}")),
        ("-R -5", &format!("--resolution -5: {side}")),
        ("-R 1.5", &format!("--resolution 1.5: {side}")),
        ("-M 4294967296", &format!("--itermax 4294967296: {iterations}, or auto")),
        ("-M=-1", &format!("--itermax -1: {iterations}, or auto")),
        ("-m 1e3", &format!("--itermin 1e3: {iterations}")),
        ("-r i", "--real i: must be a finite number"),
        ("-i", "--imag: needs a value"),
        ("-i=", "--imag: needs a value"),
        ("--threads 0", "--threads 0: must be a whole number from 1 to 1024"),
        ("verify --oracle 0", "--oracle 0: must be a whole number from 1 to 1000000"),
        ("bench --runs -1", "--runs -1: must be a whole number from 1 to 1000"),
        ("--threads 1025", "--threads 1025: must be a whole number from 1 to 1024"),
    ]);
}

#[test]
fn jobs() {
    refused(&[
        ("-m 80", "--itermin 80: must be less than --itermax 80"),
        ("-m 81", "--itermin 81: must be less than --itermax 80"),
        ("-M 0 -m 0", "--itermin 0: must be less than --itermax 0"),
        ("-t 0", "--threshold 0: must be finite and over 0"),
        ("-t -0.5", "--threshold -0.5: must be finite and over 0"),
        ("-t nan", "--threshold nan: must be finite and over 0"),
        ("-t=inf", "--threshold inf: must be finite and over 0"),
        ("-t -inf", "--threshold -inf: must be finite and over 0"),
        ("-x -inf", "--xleft -inf: must be a finite number"),
        ("-x=-inf", "--xleft -inf: must be a finite number"),
        ("-X inf", "--xright inf: must be a finite number"),
        ("-y -NaN", "--ybot -NaN: must be a finite number"),
        ("-Y 1e400", "--ytop 1e400: must be a finite number"),
        ("-r nan", "--real nan: must be a finite number"),
        ("--imag -infinity", "--imag -infinity: must be a finite number"),
        ("-x 1.6", "--xright 1.6: must differ from --xleft"),
        ("-x 0 -X -0", "--xright -0: must differ from --xleft"),
        ("-y 1", "--ybot 1: must differ from --ytop"),
        (
            "-x=-1e308 -X=1e308",
            "--xright 1e308: must be less than 1.8e308 away from --xleft -1e308",
        ),
    ]);
}

#[test]
fn sizes() {
    let side = "a picture has 1 to 2147483647 pixels a side";
    let aspect = "the region's aspect makes it";
    refused(&[
        ("-R 0", "--resolution 0: must be a whole number from 1 to 2147483647"),
        ("-R 2147483648", "--resolution 2147483648: must be a whole number from 1 to 2147483647"),
        ("-R 1 -x=-1e9", &format!("--resolution 1: {aspect} 0 rows; {side}")),
        ("-X 1e-9 -x 0", &format!("--resolution 500: {aspect} 1e12 rows; {side}")),
        (
            "-R 2147483647 -X 0.2",
            &format!("--resolution 2147483647: {aspect} 2386092941 rows; {side}"),
        ),
    ]);
}

#[test]
fn names() {
    let precisions = juliaset::Precision::ALL.map(juliaset::Precision::name).join(", ");
    refused(&[
        ("--engine tpu", "--engine tpu: must be one of auto, cpu, gpu"),
        ("--precision half", &format!("--precision half: must be one of {precisions}")),
        ("--resolutoin 5", "--resolutoin: no such option; did you mean --resolution?"),
        ("verfy", "verfy: no such sub-command; did you mean verify?"),
        ("--quiet -v", "--quiet: cannot be given with --verbose"),
        ("-R 5 -R 6", "--resolution: must be given only once"),
        // These answered that a sub-command comes first.
        ("--distance 2", "--distance 2: the value comes after '=', as in --distance=2"),
        ("animate --distance 2", "--distance 2: the value comes after '=', as in --distance=2"),
        ("-R 5 a.png", "a.png: no such sub-command, and no option takes it"),
        ("tone x.npy y.png", "y.png: no option takes it"),
        // This suggested a hook for tests.
        ("verify --palette x", "--palette: no such option"),
        ("-R 5 verify", "verify: a sub-command comes first, and its options after it"),
        ("completions tcsh", "<SHELL> tcsh: must be one of bash, elvish, fish, powershell, zsh"),
        ("completions", "<SHELL>: is missing"),
        ("verify -m 80", "--itermin 80: must be less than --itermax 80"),
    ]);
}

/// Options of all sub-commands can also come before them.
#[test]
fn quiet_before_a_sub_command() {
    let folder = Folder::new();
    let run = folder.juliaset("-q verify -R 9 --engine cpu --precision double");
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
}

#[test]
fn a_line_stays_a_line_whatever_is_in_it() {
    let folder = Folder::new();
    let output = folder.command(crate::JULIASET).args(["-R", "a\nb\x1b[31m"]).output().unwrap();
    let side = "must be a whole number from 1 to 2147483647";
    crate::Run::from(output).fails(2, &format!("--resolution a\\nb\\u{{1b}}[31m: {side}"));
}
