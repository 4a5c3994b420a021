//! `juliaset explore`: where it listens, what it says, and how it ends.

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Stdio};

use crate::signals::signal;
use crate::{Folder, JULIASET, Run};

/// A program that serves its page.
struct Explorer {
    child: Child,
    output: BufReader<std::process::ChildStdout>,
    /// The line that it prints.
    page: String,
}

impl Explorer {
    /// Starts it without a display, and not by way of ssh, but with `variables`.
    fn start(folder: &Folder, flags: &str, variables: &[(&str, &str)]) -> Self {
        let mut command = folder.command(JULIASET);
        command.args(["explore", "--engine", "cpu"]).args(flags.split_whitespace());
        for name in ["DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION"] {
            command.env_remove(name);
        }
        command.envs(variables.iter().copied());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut page = String::new();
        output.read_line(&mut page).unwrap();
        Self { child, output, page: page.trim_end().to_owned() }
    }

    fn port(&self) -> u16 {
        let port = self.page.trim_end_matches('/').rsplit(':').next().unwrap();
        port.parse().unwrap_or_else(|_| panic!("{:?}", self.page))
    }

    /// The bytes of a request for an address, sent.
    fn ask(&self, address: &str) -> TcpStream {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port())).unwrap();
        let request =
            format!("GET {address} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        stream
    }

    fn get(&self, address: &str) -> String {
        let mut answer = Vec::new();
        self.ask(address).read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Ends it by a signal; what it has printed since the address.
    fn end(mut self, name: &str) -> Run {
        signal(&self.child, name);
        let mut rest = String::new();
        self.output.read_to_string(&mut rest).unwrap();
        let run = Run::from(self.child.wait_with_output().unwrap());
        Run { stdout: rest, ..run }
    }
}

#[test]
fn it_serves_its_page_until_it_is_asked_to_end() {
    let folder = Folder::new();
    for name in ["-INT", "-TERM"] {
        let explorer = Explorer::start(&folder, "--port 0", &[]);
        assert_eq!(explorer.page, format!("http://127.0.0.1:{}/", explorer.port()));
        assert!(explorer.get("/").contains("<title>juliaset explore</title>"));
        let run = explorer.end(name);
        assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (Some(0), "", ""));
    }
    assert_eq!(folder.names(), [""; 0]);
}

/// It does not wait for work that would take hours, nor for its clients.
#[test]
fn it_ends_with_work_under_way() {
    let folder = Folder::new();
    let explorer = Explorer::start(&folder, "--port 0", &[]);
    let job = "c=0.25,0&itermax=10000000";
    let mut asked: Vec<_> =
        (0..20).map(|x| explorer.ask(&format!("/tile?{job}&level=6&x={x}&y=31"))).collect();
    asked.push(explorer.ask(&format!("/picture?{job}&center=0,0&width=1e-2&size=20000x20000")));
    asked.push(explorer.ask(&format!("/point?{job}&level=6&column=8191&row=8191")));
    assert!(explorer.get("/start").contains("200 OK"));
    let run = explorer.end("-INT");
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
}

/// Interrupted tiles, pictures and points do not use the processor any more.
#[cfg(target_os = "linux")]
#[test]
fn work_for_clients_that_are_gone_does_not_use_the_processor() {
    let folder = Folder::new();
    let explorer = Explorer::start(&folder, "--port 0", &[]);
    let ticks = || -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/stat", explorer.child.id())).unwrap();
        let fields = status.rsplit(')').next().unwrap().split_whitespace();
        fields.skip(11).take(2).map(|time| time.parse::<u64>().unwrap()).sum()
    };
    let job = "c=0.25,0&itermax=10000000&level=6";
    let mut asked: Vec<_> =
        (0..20).map(|x| explorer.ask(&format!("/tile?{job}&x={x}&y=31&smooth=1"))).collect();
    asked.push(explorer.ask(&format!("/rectangle?{job}&column=7000&row=7000&size=900x900")));
    asked.push(
        explorer.ask("/picture?c=0.25,0&itermax=10000000&center=0,0&width=1e-2&size=9000x9000"),
    );
    asked.push(explorer.ask(&format!("/point?{job}&column=8191&row=8191")));
    // It works, and would for hours.
    while ticks() < 20 {
        std::thread::yield_now();
    }
    drop(asked);
    // At most one tick in half a second, sooner or later: at once, but on a machine that may be busy.
    for _ in 0..600 {
        let before = ticks();
        std::thread::sleep(std::time::Duration::from_millis(500));
        if ticks() <= before + 1 {
            assert_eq!(explorer.end("-INT").code, Some(0));
            return;
        }
    }
    panic!("it still works");
}

#[test]
fn a_port_that_is_taken_is_refused_or_passed_over() {
    let folder = Folder::new();
    let first = Explorer::start(&folder, "--port 0", &[]);
    let port = first.port();
    let refused = folder.juliaset(&format!("explore --engine cpu --port {port}"));
    refused.fails(1, &format!("--port {port}: is in use; --port 0 takes any that is free"));
    let [one, other] = [(); 2].map(|()| Explorer::start(&folder, "", &[]));
    assert_ne!(one.port(), other.port());
    for explorer in [&one, &other] {
        assert!((8465..=8485).contains(&explorer.port()), "{}", explorer.page);
    }
    for explorer in [first, one, other] {
        assert_eq!(explorer.end("-INT").code, Some(0));
    }
    for (flags, line) in [
        ("--port 65536", "--port 65536: must be a whole number from 0 to 65535"),
        ("--listen here", "--listen here: must be an IP address, as 0.0.0.0 or ::1"),
        ("--precision single", "--precision single: must be exact to explore"),
    ] {
        folder.juliaset(&format!("explore --engine cpu {flags}")).fails(2, line);
    }
}

#[test]
fn to_listen_for_others_is_warned_of() {
    let folder = Folder::new();
    let warning = "juliaset: whoever reaches this address can use this machine's time\n";
    for (flags, said) in [("", warning), (" --quiet", "")] {
        let explorer = Explorer::start(&folder, &format!("--port 0 --listen 0.0.0.0{flags}"), &[]);
        // No browser takes 0.0.0.0 for an address.
        assert_eq!(explorer.page, format!("http://localhost:{}/", explorer.port()));
        assert!(explorer.get("/start").contains("200 OK"));
        assert_eq!(explorer.end("-INT").stderr, said);
    }
}

#[test]
fn without_a_display_it_says_how_to_come_to_the_page() {
    let folder = Folder::new();
    let ssh = [("SSH_CONNECTION", "198.51.100.9 50000 198.51.100.7 22"), ("USER", "ann")];
    let none = "juliaset: no browser could be opened\n";
    let explorer = Explorer::start(&folder, "--port 0 --open", &[]);
    assert_eq!(explorer.end("-INT").stderr, none);
    let explorer = Explorer::start(&folder, "--port 0 --open", &ssh);
    let port = explorer.port();
    let forward = format!(
        "juliaset: from the machine with the browser: ssh -N -L {port}:localhost:{port} ann@198.51.100.7\n"
    );
    assert_eq!(explorer.end("-INT").stderr, forward + none);
    // Nothing has to be forwarded to reach all addresses, and quiet is quiet.
    let explorer = Explorer::start(&folder, "--port 0 --open --quiet", &ssh);
    assert_eq!(explorer.end("-INT").stderr, "");
}

/// With a display, the desktop's own way to open a page is given its address.
#[cfg(target_os = "linux")]
#[test]
fn it_asks_the_desktop_to_open_the_page() {
    let folder = Folder::new();
    let (program, opened) = (folder.join("xdg-open"), folder.join("opened"));
    // The whole line appears at once.
    let script = format!("#!/bin/sh\necho \"$@\" > {0}.new && mv {0}.new {0}\n", opened.display());
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap());
    let explorer =
        Explorer::start(&folder, "--port 0 --open", &[("DISPLAY", ":99"), ("PATH", &path)]);
    while !opened.exists() {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    assert_eq!(fs::read_to_string(&opened).unwrap(), format!("{}\n", explorer.page));
    assert_eq!(explorer.end("-INT").stderr, "");
}

#[test]
fn it_says_which_engine_it_has_if_that_is_asked_for() {
    let folder = Folder::new();
    let explorer = Explorer::start(&folder, "--port 0 --verbose", &[]);
    let run = explorer.end("-INT");
    assert!(run.stderr.contains("juliaset: cpu-exact"), "{}", run.stderr);
}
