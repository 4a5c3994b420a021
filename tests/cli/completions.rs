//! `juliaset completions`, and the help.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use crate::Folder;

#[test]
fn every_shell_has_completions_with_every_option() {
    let folder = Folder::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = folder.juliaset(&format!("completions {shell}"));
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{shell}");
        for word in ["resolution", "xleft", "itermax", "precision", "verify"] {
            assert!(run.stdout.contains(word), "{shell}: {word}");
        }
    }
    assert!(folder.names().is_empty());
}

#[cfg(unix)]
#[test]
fn bash_understands_its_completions() {
    let folder = Folder::new();
    let script = folder.juliaset("completions bash").stdout
        + "COMP_WORDS=(juliaset --prec) COMP_CWORD=1\n\
           _juliaset juliaset --prec juliaset && printf '%s\\n' \"${COMPREPLY[@]}\"\n";
    let mut bash =
        folder.command("bash").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    bash.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    let output = bash.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "--precision\n");
}

/// bash takes the equals sign for a word: `--palette=ma` was completed to the sub-command `man`.
#[cfg(unix)]
#[test]
fn bash_completes_values_behind_an_equals_sign_and_words_of_sub_commands() {
    let folder = Folder::new();
    let file = folder.join("two words.npy");
    fs::write(&file, "").unwrap();
    for (words, before, begun, expected) in [
        ("juliaset --palette = vir", "=", "vir", "viridis\n"),
        ("juliaset animate --easing = lin", "=", "lin", "linear\n"),
        ("juliaset man anim", "man", "anim", "animate\n"),
        ("juliaset --like tw", "--like", "tw", "two words.npy\n"),
    ] {
        let script = folder.juliaset("completions bash").stdout
            + &format!(
                "compopt() {{ :; }}; COMP_WORDS=({words}) COMP_CWORD=$((${{#COMP_WORDS[@]}}-1))\n\
                 _juliaset juliaset {begun} {before} && printf '%s\\n' \"${{COMPREPLY[@]}}\"\n"
            );
        let mut bash =
            folder.command("bash").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        bash.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
        let output = bash.wait_with_output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), expected, "{words}");
    }
}

/// What begins a name is completed to it; what is no name is still the program's to judge.
#[cfg(unix)]
#[test]
fn completions_know_presets_palettes_and_colours() {
    let folder = Folder::new();
    for (option, begun, expected) in [
        ("--preset", "dend", "dendrite\n"),
        ("--palette", "vir", "viridis\n"),
        ("--interior", "mar", "maroon\n"),
        ("--mapping", "his", "histogram\n"),
    ] {
        let script = folder.juliaset("completions bash").stdout
            + &format!(
                "COMP_WORDS=(juliaset {option} {begun}) COMP_CWORD=2\n\
                 _juliaset juliaset {begun} {option} && printf '%s\\n' \"${{COMPREPLY[@]}}\"\n"
            );
        let mut bash =
            folder.command("bash").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        bash.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
        let output = bash.wait_with_output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), expected, "{option}");
    }
    for shell in ["zsh", "fish"] {
        let script = folder.juliaset(&format!("completions {shell}")).stdout;
        for name in ["dendrite", "viridis", "maroon"] {
            assert!(script.contains(name), "{shell}: {name}");
        }
    }
}

/// fish completed no value that stands behind a space: the script took the option without one for a mistake.
#[test]
fn fish_completes_values() {
    let folder = Folder::new();
    let script = folder.juliaset("completions fish").stdout;
    let again = "\n    or argparse -s (__fish_juliaset_global_optspecs) -- $cmd '' 2>/dev/null\n";
    assert_eq!(script.matches(again).count(), 1, "{script}");
    for (name, words) in [("completions", "bash elvish fish"), ("man", "adapters verify bench")] {
        let line = format!("using_subcommand {name}\" -f -a \"{words}");
        assert!(script.contains(&line), "{line}");
    }
}

/// It has every option, and each sub-command a page of its own.
#[test]
fn the_manual_page_is_made_of_the_help() {
    let folder = Folder::new();
    let page = folder.juliaset("man");
    assert_eq!((page.code, page.stderr.as_str()), (Some(0), ""));
    let is_in = |text: &str, page: &str| page.replace('\\', "").contains(text);
    for text in [
        ".TH juliaset 1",
        "\njuliaset - Julia sets",
        "--resolution",
        "--palette",
        "juliaset-animate(1)",
    ] {
        assert!(is_in(text, &page.stdout), "{text}");
    }
    let animate = folder.juliaset("man animate");
    assert_eq!((animate.code, animate.stderr.as_str()), (Some(0), ""));
    for text in [".TH juliaset-animate 1", "[OPTIONS]", "--frames"] {
        assert!(is_in(text, &animate.stdout), "{text}");
    }
    let none = folder.juliaset("man help");
    assert_eq!(none.code, Some(2));
    assert!(
        none.stderr.starts_with("juliaset: [COMMAND] help: must be one of "),
        "{}",
        none.stderr
    );
}

#[test]
fn all_manual_pages_go_into_a_folder() {
    let folder = Folder::new();
    for _ in 0..2 {
        let run = folder.juliaset("man --folder share/man/man1");
        assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""), "{}", run.stderr);
        let pages = fs::read_dir(folder.join("share/man/man1")).unwrap().count();
        assert_eq!(run.stderr, format!("juliaset: share/man/man1: {pages} manual pages\n"));
    }
    for command in ["", "verify", "bench", "animate", "tone", "info", "man"] {
        let name = if command.is_empty() { "juliaset.1" } else { &format!("juliaset-{command}.1") };
        let page = folder.juliaset(&format!("man {command}")).stdout;
        assert_eq!(fs::read_to_string(folder.join("share/man/man1").join(name)).unwrap(), page);
    }
    fs::write(folder.join("file"), "").unwrap();
    let run = folder.juliaset("man --folder file");
    assert_eq!((run.code, run.stderr.lines().count()), (Some(1), 1), "{}", run.stderr);
    assert!(run.stderr.starts_with("juliaset: file: "), "{}", run.stderr);
}

#[test]
fn the_help_documents_every_option_and_the_headline_job() {
    let folder = Folder::new();
    let (short, long) = (folder.juliaset("-h"), folder.juliaset("--help"));
    for run in [&short, &long] {
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
        for option in [
            "-R, --resolution",
            "-x, --xleft",
            "-X, --xright",
            "-y, --ybot",
            "-Y, --ytop",
            "-r, --real",
            "-i, --imag",
            "-t, --threshold",
            "-m, --itermin",
            "-M, --itermax",
            "--fast",
            "--small",
            "-o, --output",
            "--engine",
            "--adapter",
            "--precision",
            "--threads",
            "-q, --quiet",
            "-v, --verbose",
        ] {
            assert!(run.stdout.contains(option), "{option}");
        }
        for default in
            ["500", "-1.6", "1.6", "-1", "1", "-0.835", "-0.2321", "2", "5", "80", "plot.png"]
        {
            // The line may be broken after "default:".
            let words: Vec<_> = run.stdout.split_whitespace().collect();
            let end = format!("{default}]");
            assert!(words.windows(2).any(|pair| pair == ["[default:", &end]), "{default}");
        }
    }
    assert!(long.stdout.contains(crate::goldens::HEADLINE_JOB));
    assert!(short.stdout.len() < long.stdout.len());
}
