//! `juliaset explore`: a page in the browser to look around in.

use std::env;
use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process::{Command, Stdio};
use std::sync::Arc;

use super::console::{Messages, print};
use super::error::Failure;
use super::exit::ExitCode;
use super::options::number::whole;
use super::options::picture::PictureArgs;
use super::options::view::ZoomArgs;
use super::signals;
use crate::explore::{Server, Start};
use crate::{Compression, Error, Job, Precision};

/// Look around in the browser
///
/// Serves a page on this machine, and prints its address: it moves through the set at any depth, changes c and the
/// colours, and hands over what it shows as a command, a link or a picture. The job's options are what it
/// begins with. Ctrl-C ends it.
///
/// Nobody else can reach the page: it listens on this machine alone, unless --listen says otherwise. On a machine that one
/// reaches by ssh, it prints the command that brings the page to where the browser is.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    picture: PictureArgs,

    #[command(flatten)]
    zoom: ZoomArgs,

    /// The port; 0 is any that is free [default: 8465, or the next one that is free]
    #[arg(long, value_name = "PORT", value_parser = whole(0..=u16::MAX.into()))]
    #[arg(allow_hyphen_values = true, help_heading = "Page")]
    port: Option<u32>,

    /// Listen on this address, for other machines: whoever reaches it can use this machine's time
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    #[arg(value_parser = ip_address, help_heading = "Page")]
    listen: IpAddr,

    /// Ask the system to open the page in a browser
    #[arg(long, help_heading = "Page")]
    open: bool,
}

/// The port that is taken if none is asked for, and how many after it are tried.
const PORT: u16 = 8465;
const TRIED: u16 = 20;

/// Sample points that the engines are compared on are those of a screen, not those of a small picture.
const FINER: u32 = 4;

/// Serves the page until the process is asked to end.
pub fn run(args: &Args, messages: Messages) -> Result<ExitCode, Failure> {
    if args.picture.precision() != Precision::Exact {
        let line = format!("--precision {}: must be exact to explore", args.picture.precision());
        return Err(Failure::usage(line));
    }
    let planned = args.picture.job(args.zoom.zoom.as_ref())?;
    if planned.job().grid.is_rotated() {
        return Err(Failure::usage("--rotate: the page shows no rotated view; leave it out"));
    }
    let tone = args.picture.options(Compression::default())?.tone;
    args.picture.start_threads()?;
    args.picture.check_adapter(planned.job())?;
    let interrupt = signals::flag();
    let progress = messages.progress(0);
    let job = planned.set_up(Precision::Exact, &interrupt, messages, &progress)?;
    let screen = Job { julia: job.julia.clone(), grid: job.grid.finer(FINER)? };
    let engine = args.picture.engine(&screen, messages, &progress)?;
    progress.finish_and_clear();
    messages.detail(engine.describe_verbose());
    let server = bind(args.listen, args.port)?;
    let address = server.address();
    tell(address, messages)?;
    if args.open && !opened(address) {
        messages.note("no browser could be opened");
    }
    let choose = Arc::new(args.picture.chooser(messages));
    server.serve(&Start { job, tone, seen: None }, engine, choose, &interrupt)?;
    Ok(ExitCode::SUCCESS)
}

fn bind(ip: IpAddr, port: Option<u32>) -> Result<Server, Failure> {
    let (ports, used) = match port {
        Some(port) => {
            let number = u16::try_from(port).unwrap_or_default();
            (number..=number, format!("--port {port}: is in use"))
        }
        None => (PORT..=PORT + TRIED, format!("ports {PORT} to {}: are in use", PORT + TRIED)),
    };
    for port in ports {
        let address = SocketAddr::new(ip, port);
        match Server::bind(address) {
            Err(source) if source.kind() == ErrorKind::AddrInUse => {}
            bound => {
                let path = address.to_string().into();
                return Ok(bound.map_err(|source| Error::Io { path, source })?);
            }
        }
    }
    Err(Failure::job(format!("{used}; --port 0 takes any that is free")))
}

/// Where the page is, and how one comes there.
fn tell(address: SocketAddr, messages: Messages) -> Result<(), Failure> {
    print(format!("{}\n", page(address)).as_bytes())?;
    if !address.ip().is_loopback() {
        messages.note("whoever reaches this address can use this machine's time");
    }
    // The address of this machine is the third word: client, its port, server, its port.
    let connection = env::var("SSH_CONNECTION").unwrap_or_default();
    if let (Some(server), true) = (connection.split(' ').nth(2), address.ip().is_loopback()) {
        let user = env::var("USER").map(|user| format!("{user}@")).unwrap_or_default();
        let port = address.port();
        messages.note(format!(
            "from the machine with the browser: ssh -N -L {port}:localhost:{port} {user}{server}"
        ));
    }
    Ok(())
}

fn page(address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        return format!("http://localhost:{}/", address.port());
    }
    format!("http://{address}/")
}

/// Whether the system was asked to open the page.
fn opened(address: SocketAddr) -> bool {
    let page = page(address);
    let (program, words): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("rundll32", &["url.dll,FileProtocolHandler"])
    } else {
        let has_display =
            ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| env::var_os(name).is_some());
        if !has_display {
            return false;
        }
        ("xdg-open", &[])
    };
    let mut command = Command::new(program);
    command.args(words).arg(page);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().is_ok()
}

fn ip_address(text: &str) -> Result<IpAddr, String> {
    text.parse().map_err(|_| "must be an IP address, as 0.0.0.0 or ::1".to_owned())
}
