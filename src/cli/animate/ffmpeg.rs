//! ffmpeg, if there is one on the PATH: a process that is given frames and writes a file.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use crate::cli::error::Failure;
use crate::{Error, Result};

/// The program.
const NAME: &str = "ffmpeg";
/// How often a wait hears an interrupt.
const TICK: Duration = Duration::from_millis(20);
/// How long a process that has ended may leave its last line unread: a child of its own may hold the pipe open.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// The most bytes of a line that is read.
const LONGEST_LINE: u64 = 1 << 12;
/// The most bytes of what it says of its encoders.
const LONGEST_LIST: u64 = 1 << 20;
/// How many frames are rendered ahead of what it has read.
const AHEAD: usize = 2;
/// What is wrong with a success too soon.
const ENDED_EARLY: &str = "ffmpeg ended before it had read all frames";
/// What it says last where something failed, whatever that was.
const SAYS_NOTHING: &str = "Conversion failed!";

/// An ffmpeg that encodes frames. Dropped before [`finish`](Self::finish), it is ended.
pub struct Ffmpeg {
    process: Process,
    /// Frames to it; `None` once it has all.
    frames: Option<Sender<Vec<u8>>>,
    /// Frames that it has read, to be filled again.
    read: Receiver<Vec<u8>>,
    log: Receiver<String>,
}

/// A child in a process group of its own: Ctrl-C in the terminal is this program's, which ends the child then.
struct Process(Child);

impl Ffmpeg {
    /// Whether there is an ffmpeg, and with this `encoder`: if not, the failure says what is missing.
    ///
    /// # Errors
    /// [`Failure`], also if `interrupt` is set meanwhile.
    pub fn check(encoder: &str, interrupt: &AtomicBool) -> std::result::Result<(), Failure> {
        let mut command = Command::new(NAME);
        command.args(["-hide_banner", "-loglevel", "error", "-nostdin", "-encoders"]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = Process::spawn(command).map_err(|error| {
            Failure::job(match error.kind() {
                ErrorKind::NotFound => {
                    "there is no ffmpeg on the PATH, which encodes films; install one, or take .png or \
                     .gif"
                        .to_owned()
                }
                _ => format!("ffmpeg cannot be started: {error}"),
            })
        })?;
        let log = process.0.stderr.take().map(last_line);
        let list = process.0.stdout.take().map(|output| {
            in_background(move || {
                let mut list = Vec::new();
                let _ = output.take(LONGEST_LIST).read_to_end(&mut list);
                String::from_utf8_lossy(&list).into_owned()
            })
        });
        let status = process.wait(interrupt).map_err(Failure::from)?;
        let list = list.and_then(|list| list.recv_timeout(LAST_WORDS).ok()).unwrap_or_default();
        if !status.success() {
            let why = log.map(|log| failed(&log, status)).unwrap_or_default();
            return Err(Failure::job(why));
        }
        // As in ` V....D libx264              libx264 H.264 / AVC (codec h264)`.
        if list.lines().any(|line| line.split_whitespace().nth(1) == Some(encoder)) {
            return Ok(());
        }
        Err(Failure::job(format!(
            "the ffmpeg on the PATH has no encoder {encoder}; install one that has, or take .png or .gif"
        )))
    }

    /// Starts it, with `output` as its standard output.
    ///
    /// # Errors
    /// What the system says.
    pub fn start(arguments: &[OsString], output: File) -> io::Result<Self> {
        let mut command = Command::new(NAME);
        command.args(arguments);
        command.stdin(Stdio::piped()).stdout(output).stderr(Stdio::piped());
        let mut process = Process::spawn(command)?;
        let (input, errors) = (process.0.stdin.take(), process.0.stderr.take());
        let (Some(input), Some(errors)) = (input, errors) else {
            return Err(ErrorKind::BrokenPipe.into());
        };
        let (frames, of_frames) = channel();
        let (of_read, read) = channel();
        for _ in 0..AHEAD {
            let _ = of_read.send(Vec::new());
        }
        // In a thread of its own, so that a pipe that nobody reads keeps no interrupt from being heard.
        thread::spawn(move || feed(input, &of_frames, &of_read));
        Ok(Self { process, frames: Some(frames), read, log: last_line(errors) })
    }

    /// Gives it a frame, which `fill` puts into an empty buffer.
    ///
    /// # Errors
    /// [`Error::Interrupted`]; and what went wrong if it has ended, in its own last line, as `error` tells it.
    pub fn write(
        &mut self,
        interrupt: &AtomicBool,
        fill: impl FnOnce(&mut Vec<u8>),
        error: impl FnOnce(io::Error) -> Error,
    ) -> Result<()> {
        let mut buffer = loop {
            match self.read.recv_timeout(TICK) {
                Ok(buffer) => break buffer,
                Err(RecvTimeoutError::Timeout) if interrupt.load(Ordering::Relaxed) => {
                    return Err(Error::Interrupted);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return self.early_end(interrupt, error),
            }
        };
        buffer.clear();
        fill(&mut buffer);
        match self.frames.as_ref().map(|frames| frames.send(buffer)) {
            Some(Ok(())) => Ok(()),
            _ => self.early_end(interrupt, error),
        }
    }

    /// Waits until it has written all of the file.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn finish(
        mut self,
        interrupt: &AtomicBool,
        error: impl FnOnce(io::Error) -> Error,
    ) -> Result<()> {
        drop(self.frames.take());
        let status = self.process.wait(interrupt)?;
        if !status.success() {
            return Err(error(io::Error::other(failed(&self.log, status))));
        }
        // A frame that it has not read does not come back.
        let was_read = (0..AHEAD).all(|_| self.read.recv_timeout(LAST_WORDS).is_ok());
        if was_read { Ok(()) } else { Err(error(io::Error::other(ENDED_EARLY))) }
    }

    /// What has happened if it does not read any more.
    fn early_end(
        &mut self,
        interrupt: &AtomicBool,
        error: impl FnOnce(io::Error) -> Error,
    ) -> Result<()> {
        let status = self.process.wait(interrupt)?;
        let why = match status.success() {
            true => ENDED_EARLY.to_owned(),
            false => failed(&self.log, status),
        };
        Err(error(io::Error::other(why)))
    }
}

impl Process {
    fn spawn(mut command: Command) -> io::Result<Self> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        #[cfg(windows)]
        {
            const CREATE_NEW_PROCESS_GROUP: u32 = 0x200;
            let group = CREATE_NEW_PROCESS_GROUP;
            std::os::windows::process::CommandExt::creation_flags(&mut command, group);
        }
        Ok(Self(command.spawn()?))
    }

    /// Waits for its end, however long that takes.
    fn wait(&mut self, interrupt: &AtomicBool) -> Result<ExitStatus> {
        loop {
            match self.0.try_wait() {
                Ok(Some(status)) => return Ok(status),
                Ok(None) if interrupt.load(Ordering::Relaxed) => return Err(Error::Interrupted),
                Ok(None) => thread::sleep(TICK),
                Err(source) => return Err(Error::Io { path: NAME.into(), source }),
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Ok(None) = self.0.try_wait() {
            // What is called ffmpeg may be a script, with the encoder below it.
            #[cfg(target_os = "linux")]
            {
                use rustix::process::{Pid, Signal, kill_process_group};
                let _ = kill_process_group(Pid::from_child(&self.0), Signal::KILL);
            }
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }
}

/// Writes frames into `input` until there are no more, or it is closed.
fn feed(mut input: ChildStdin, frames: &Receiver<Vec<u8>>, read: &Sender<Vec<u8>>) {
    for frame in frames {
        if input.write_all(&frame).is_err() || read.send(frame).is_err() {
            return;
        }
    }
}

/// What a thread has worked out, once it has.
fn in_background<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Receiver<T> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let _ = sender.send(work());
    });
    receiver
}

/// The last line that says something, at the end of `errors`.
fn last_line(errors: impl Read + Send + 'static) -> Receiver<String> {
    in_background(move || {
        let (mut errors, mut last, mut line) = (BufReader::new(errors), String::new(), Vec::new());
        loop {
            line.clear();
            match errors.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line) {
                Ok(0) | Err(_) => return last,
                Ok(_) => {}
            }
            let text = String::from_utf8_lossy(&line);
            let text = crate::text::visible(text.trim());
            if !text.is_empty() && text != SAYS_NOTHING {
                last = text.to_string();
            }
        }
    })
}

/// That it failed, and what it said of it.
fn failed(log: &Receiver<String>, status: ExitStatus) -> String {
    match log.recv_timeout(LAST_WORDS) {
        Ok(line) if !line.is_empty() => format!("ffmpeg failed: {line} ({status})"),
        _ => format!("ffmpeg failed ({status})"),
    }
}
