//! Which process this is, and whether another one is alive.

use std::process;

/// A process, as others on the machine and elsewhere can name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// The machine; containers on one have different names.
    host: String,
    id: u32,
    /// When it began, as the system says it: its number may be another's later.
    start: String,
}

impl Process {
    /// This one.
    pub fn this() -> Self {
        let id = process::id();
        Self { host: host(), id, start: start_of(id).unwrap_or_default() }
    }

    /// In one line.
    pub fn line(&self) -> String {
        format!("{} {} {}", self.host, self.id, self.start)
    }

    /// The process in such a line.
    pub fn parse(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        let (host, id, start) = (words.next()?, words.next()?.parse().ok()?, words.next()?);
        Some(Self { host: host.to_owned(), id, start: start.to_owned() })
    }

    /// Whether it has ended; `None` if this one cannot tell.
    pub fn has_ended(&self) -> Option<bool> {
        // Without a start it is of a system that does not say it.
        if self.start.is_empty() || self.host != host() {
            return None;
        }
        Some(start_of(self.id).as_ref() != Some(&self.start))
    }
}

/// The machine's name, and on Linux what tells its containers and its starts apart.
fn host() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let name = read("/proc/sys/kernel/hostname");
    let boot = read("/proc/sys/kernel/random/boot_id");
    let numbers = std::fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    let host = [name.trim(), boot.trim(), &numbers.to_string_lossy()].join("/");
    host.replace(char::is_whitespace, "-")
}

/// When the process with this number began, in the system's clock ticks (proc(5)); `None` if there is no such process, if it
/// waits only to be collected, or if the system does not say.
fn start_of(id: u32) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name before the last parenthesis can be anything.
    let mut fields = stat.rsplit_once(") ")?.1.split(' ');
    if matches!(fields.next()?, "Z" | "X") {
        return None;
    }
    // Field 22 is the start; the state was field 3.
    fields.nth(18).map(str::to_owned)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_process_lives_until_it_has_ended() {
        let this = Process::this();
        assert_eq!(Process::parse(&this.line()).as_ref(), Some(&this));
        assert_eq!(this.has_ended(), Some(false));
        let mut child = process::Command::new("sleep").arg("60").spawn().unwrap();
        let start = start_of(child.id()).unwrap();
        let other = Process { id: child.id(), start, ..this.clone() };
        assert_eq!(other.has_ended(), Some(false));
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(other.has_ended(), Some(true));
        // Another process has its number now.
        assert_eq!(Process { start: "1".to_owned(), ..this.clone() }.has_ended(), Some(true));
        assert_eq!(Process { host: "elsewhere".to_owned(), ..this }.has_ended(), None);
        assert_eq!(Process::parse("somewhere x"), None);
    }
}
