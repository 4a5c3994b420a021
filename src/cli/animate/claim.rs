//! Claims: which of several processes on one folder renders a frame.
//!
//! A claim is a small file beside the frame, made by exclusive creation. In its first line it has a token that no other claim
//! has, in the second its process. A claim whose process has ended is taken over by a further file, made by exclusive
//! creation, too, whose name has the old claim's token; and so on. The frame belongs to the end of this chain:
//!
//! ```text
//! .f7.png.claim               token T
//! .f7.png.claim-T             token U
//! ```
//!
//! Two processes that find T dead cannot both make the second file. One that makes it after its maker has finished, and has removed
//! the chain from its beginning on, finds afterwards that no chain leads to it, and has no claim.

use std::collections::HashMap;
use std::fs::{self, File};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::process::Process;
use crate::output::atomic_file::create_new;

/// How often a claim's time is renewed.
const BEAT: Duration = Duration::from_secs(5);

/// How long a claim of a process that cannot be asked for keeps its time before it is taken over.
const SILENCE: Duration = Duration::from_secs(60);

/// The longest text of a claim.
const LONGEST: u64 = 1 << 10;

/// The longest chain of claims.
const MOST_LINKS: usize = 1000;

/// The claims of this process, and what it knows of others.
pub struct Claims {
    this: Process,
    /// The time of each claim that was seen, and when it was seen first.
    seen: HashMap<String, (SystemTime, Instant)>,
    silence: Duration,
}

impl Claims {
    pub fn new() -> Self {
        Self { this: Process::this(), seen: HashMap::new(), silence: SILENCE }
    }

    /// Claims the frame whose file is `frame`; `None` if another process has it.
    pub fn claim(&mut self, frame: &Path) -> io::Result<Option<Claim>> {
        let before = chain(frame)?;
        let place = match before.last() {
            None => place(frame, None),
            Some(last) if self.is_dead(last) => place(frame, Some(&last.token)),
            Some(_) => return Ok(None),
        };
        let token = format!("{:016x}", RandomState::new().hash_one(&place));
        // It is there with all of its text: of one without it nobody could tell whose it was.
        match create_new(&place, &format!("{token}\n{}\n", self.this.line())) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(None),
            made => made?,
        }
        let leads_here = |chain: &[Link]| chain.last().is_some_and(|last| last.token == token);
        match chain(frame) {
            Ok(chain) if leads_here(&chain) => {
                let (frame, beat) = (frame.to_path_buf(), beat(place));
                Ok(Some(Claim { frame, token, _beat: beat }))
            }
            chain => {
                let _ = fs::remove_file(&place);
                chain.map(|_| None)
            }
        }
    }

    /// Whether the process of a claim has ended, or has not renewed it for so long that it seems so.
    fn is_dead(&mut self, link: &Link) -> bool {
        if let Some(has_ended) = link.process.as_ref().and_then(Process::has_ended) {
            return has_ended;
        }
        // Clocks of machines differ: what counts is that the time stays the same.
        let now = (link.renewed, Instant::now());
        let known = self.seen.entry(link.token.clone()).or_insert(now);
        if known.0 != link.renewed {
            *known = now;
        }
        known.1.elapsed() >= self.silence
    }
}

/// A frame that this process renders. Dropped, it is free again.
pub struct Claim {
    frame: PathBuf,
    token: String,
    /// Whose end stops the renewing.
    _beat: Sender<()>,
}

impl Drop for Claim {
    fn drop(&mut self) {
        let chain = chain(&self.frame).unwrap_or_default();
        // Somebody may have taken it over, for want of a sign of life.
        if chain.last().is_some_and(|last| last.token == self.token) {
            for link in chain {
                let _ = fs::remove_file(link.path);
            }
        }
    }
}

/// Renews a claim's time for as long as what it gives is there.
fn beat(place: PathBuf) -> Sender<()> {
    let (sender, receiver) = channel::<()>();
    thread::spawn(move || {
        while receiver.recv_timeout(BEAT) == Err(RecvTimeoutError::Timeout) {
            let file = File::options().write(true).open(&place);
            let _ = file.and_then(|file| file.set_modified(SystemTime::now()));
        }
    });
    sender
}

/// A claim in a chain of them.
struct Link {
    path: PathBuf,
    token: String,
    /// `None` if it does not say it.
    process: Option<Process>,
    renewed: SystemTime,
}

/// The claims of a frame, from the first to the one that holds.
fn chain(frame: &Path) -> io::Result<Vec<Link>> {
    let mut links: Vec<Link> = Vec::new();
    while links.len() < MOST_LINKS {
        let Some(link) = read(place(frame, links.last().map(|link| link.token.as_str())))? else {
            break;
        };
        links.push(link);
    }
    Ok(links)
}

/// The file of a frame's claim, or of that which takes over the claim with this token.
fn place(frame: &Path, over: Option<&str>) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(frame.file_name().unwrap_or_default());
    name.push(".claim");
    if let Some(token) = over {
        name.push("-");
        name.push(token);
    }
    frame.with_file_name(name)
}

fn read(path: PathBuf) -> io::Result<Option<Link>> {
    let file = match File::open(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let renewed = file.metadata()?.modified()?;
    let mut text = Vec::new();
    file.take(LONGEST).read_to_end(&mut text)?;
    let text = String::from_utf8_lossy(&text);
    let lines = text.split_once('\n').filter(|(token, _)| {
        token.len() == 16 && token.bytes().all(|byte| byte.is_ascii_hexdigit())
    });
    Ok(Some(match lines {
        Some((token, rest)) => {
            let process = rest.split_once('\n').and_then(|(line, _)| Process::parse(line));
            Link { path, token: token.to_owned(), process, renewed }
        }
        None => {
            let age = renewed.duration_since(UNIX_EPOCH).unwrap_or_default();
            Link { path, token: format!("{:x}", age.as_nanos()), process: None, renewed }
        }
    }))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn names(folder: &Path) -> usize {
        fs::read_dir(folder).unwrap().count()
    }

    #[test]
    fn a_frame_has_one_claim_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let frame = folder.path().join("f7.png");
        let (mut one, mut other) = (Claims::new(), Claims::new());
        let claim = one.claim(&frame).unwrap().unwrap();
        assert!(folder.path().join(".f7.png.claim").is_file());
        assert!(one.claim(&frame).unwrap().is_none() && other.claim(&frame).unwrap().is_none());
        assert!(other.claim(&folder.path().join("f8.png")).unwrap().is_some());
        drop(claim);
        assert_eq!(names(folder.path()), 0);
        assert!(other.claim(&frame).unwrap().is_some());
        let missing = one.claim(&folder.path().join("missing/f7.png"));
        assert_eq!(missing.err().unwrap().kind(), ErrorKind::NotFound);
    }

    /// Processes that have ended are only found on Linux at once.
    #[cfg(target_os = "linux")]
    #[test]
    fn the_claim_of_a_process_that_has_ended_is_taken_over_by_one() {
        let dead = Process::this().line();
        let dead = format!("{} 1", dead.rsplit_once(' ').unwrap().0);
        for round in 0..50 {
            let folder = tempfile::tempdir().unwrap();
            let frame = folder.path().join("f7.png");
            // Two that have died, the second after it took over from the first.
            let first = place(&frame, None);
            fs::write(first, format!("{:016x}\n{dead}\n", 1)).unwrap();
            let second = place(&frame, Some(&format!("{:016x}", 1)));
            fs::write(second, format!("{:016x}\n{dead}\n", 2)).unwrap();
            let (inside, rendered) = (AtomicUsize::new(0), AtomicUsize::new(0));
            thread::scope(|scope| {
                for _ in 0..8 {
                    scope.spawn(|| {
                        let mut claims = Claims::new();
                        for _ in 0..30 {
                            let Some(_claim) = claims.claim(&frame).unwrap() else { continue };
                            assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0, "{round}");
                            rendered.fetch_add(1, Ordering::SeqCst);
                            thread::yield_now();
                            inside.fetch_sub(1, Ordering::SeqCst);
                        }
                    });
                }
            });
            assert!(rendered.into_inner() > 0);
            assert_eq!(names(folder.path()), 0, "{round}");
        }
    }

    #[test]
    fn a_claim_from_elsewhere_is_taken_over_once_it_is_silent() {
        let folder = tempfile::tempdir().unwrap();
        let frame = folder.path().join("f7.png");
        for text in [format!("{:016x}\nelsewhere 12 345\n", 9), String::new(), "x".repeat(5000)] {
            let first = place(&frame, None);
            fs::write(&first, text).unwrap();
            let silence = Duration::from_millis(200);
            let mut claims = Claims { silence, ..Claims::new() };
            assert!(claims.claim(&frame).unwrap().is_none());
            thread::sleep(silence);
            let renewed = SystemTime::now() + Duration::from_secs(1000);
            File::options().write(true).open(&first).unwrap().set_modified(renewed).unwrap();
            // Its process lives.
            assert!(claims.claim(&frame).unwrap().is_none());
            thread::sleep(silence);
            let claim = claims.claim(&frame).unwrap();
            assert!(claim.is_some() && Claims::new().claim(&frame).unwrap().is_none());
            drop(claim);
            assert_eq!(names(folder.path()), 0);
        }
    }

    /// A process that was asleep for long must not free what another one renders.
    #[test]
    fn a_claim_that_was_taken_over_is_not_given_up_by_its_first_process() {
        let folder = tempfile::tempdir().unwrap();
        let frame = folder.path().join("f7.png");
        let asleep = Claims::new().claim(&frame).unwrap().unwrap();
        let over = place(&frame, Some(&asleep.token));
        fs::write(&over, format!("{:016x}\n{}\n", 2, Process::this().line())).unwrap();
        drop(asleep);
        assert_eq!(names(folder.path()), 2);
        assert!(Claims::new().claim(&frame).unwrap().is_none());
    }
}
