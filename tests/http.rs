//! The explorer's server over HTTP: what it serves is what the command line computes, and nothing that is asked of it
//! ends it.
#![cfg(feature = "explore")]

mod common;

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use common::random::Random;
use flate2::read::ZlibDecoder;
use juliaset::internals::band::{Quantities, Values};
use juliaset::internals::engine::{CpuEngine, Engine};
use juliaset::internals::explore::{Seen, Server, Start};
use juliaset::{Complex64, Job, Julia, Number, Precision, Preset, Tone, View, Window};

/// A server of its own for a test.
struct Running {
    address: SocketAddr,
    interrupt: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    fn start() -> Self {
        Self::telling(None)
    }

    /// One that keeps what its page shows.
    fn telling(seen: Option<Seen>) -> Self {
        let server = Server::bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let address = server.address();
        let interrupt = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&interrupt);
        let thread = thread::spawn(move || {
            let cpu = || -> Box<dyn Engine> { Box::new(CpuEngine::new(Precision::Exact)) };
            let job = Preset::named("rabbit").unwrap().job(300).unwrap();
            let start = Start { job, tone: Tone::default(), seen };
            server.serve(&start, cpu(), Arc::new(move |_: &Job| Ok(cpu())), &flag).unwrap();
        });
        Self { address, interrupt, thread: Some(thread) }
    }

    fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).unwrap()
    }

    /// All that comes back for these bytes until the server closes the connection.
    fn raw(&self, bytes: &[u8]) -> Vec<u8> {
        let mut stream = self.connect();
        // The server may have refused the request before it has read all of it.
        let _ = stream.write_all(bytes);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        answer
    }

    /// The status, the headers and the body for an address.
    fn get(&self, address: &str) -> (u16, String, Vec<u8>) {
        let request =
            format!("GET {address} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        let answer = self.raw(request.as_bytes());
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(answer[..end].to_vec()).unwrap().to_lowercase();
        let status = head[9..12].parse().unwrap();
        let mut body = answer[end + 4..].to_vec();
        if head.contains("transfer-encoding: chunked") {
            body = joined(&body);
        }
        (status, head, body)
    }

    fn is_alive(&self) -> bool {
        self.get("/start").0 == 200
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.interrupt.store(true, Ordering::Relaxed);
        let ended = self.thread.take().unwrap().join();
        assert!(ended.is_ok() || thread::panicking());
    }
}

/// A body without the sizes of its chunks.
fn joined(mut chunks: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let end = chunks.windows(2).position(|two| two == b"\r\n").unwrap();
        let size = usize::from_str_radix(str::from_utf8(&chunks[..end]).unwrap(), 16).unwrap();
        if size == 0 {
            return body;
        }
        body.extend(&chunks[end + 2..end + 2 + size]);
        chunks = &chunks[end + 2 + size + 2..];
    }
}

/// The values of a tile, as another viewer would read them.
fn decoded(body: &[u8]) -> Values {
    let mut bytes = Vec::new();
    ZlibDecoder::new(body).read_to_end(&mut bytes).unwrap();
    assert_eq!(&bytes[..4], b"JST1");
    let word = |k: usize| u32::from_le_bytes(bytes[4 * k..4 * k + 4].try_into().unwrap()) as usize;
    let (flags, points, tiers) = (word(1), word(3) * word(4), word(5));
    let mut at = 4 * (6 + tiers);
    assert_eq!((6..6 + tiers).map(word).sum::<usize>(), points);
    let mut planes = |size: usize| {
        let from = &bytes[at..at + size * points];
        at += size * points;
        (0..points)
            .map(|k| (0..size).rev().fold(0, |sum, p| sum << 8 | u64::from(from[p * points + k])))
            .collect::<Vec<u64>>()
    };
    let counts = planes(4).into_iter().map(|count| count as u32).collect();
    let mut values = Values { counts, ..Values::default() };
    for (flag, quantity) in [(1, &mut values.smooth), (2, &mut values.distances)] {
        if flags & flag != 0 {
            *quantity = planes(8).into_iter().map(f64::from_bits).collect();
        }
    }
    values
}

/// The sample point of the origin of a deep tile: i for c = i, which is on its set.
fn near_i(level: u32) -> (String, String) {
    // -2 + 256x·h and 2 - 256y·h are 0 and 1, with a pitch of 2^(-6-level).
    let hex = |bit: u32, digit: &str| format!("0x{digit}{}", "0".repeat(bit as usize / 4));
    assert_eq!(level % 4, 0);
    // 2 = x · 2^(2-level), and 1 = y · 2^(2-level).
    (hex(level - 4, "8"), hex(level - 4, "4"))
}

#[test]
fn a_tile_is_a_window_of_the_command_lines_picture() {
    let server = Running::start();
    let places = [0, 40, 300, 3000].map(|level| match level {
        0 => (level, "0x0".to_owned(), "-0x0".to_owned()),
        _ => {
            let (x, y) = near_i(level);
            (level, x, y)
        }
    });
    for (level, x, y) in places {
        for (smooth, distance) in [(false, false), (true, false), (true, true)] {
            let more = format!(
                "{}{}",
                if smooth { "&smooth=1" } else { "" },
                if distance { "&distance=1" } else { "" }
            );
            let itermax = 100 + 2 * level;
            let address = format!(
                "/tile?c=0,1&threshold=2&itermax={itermax}&level={level}&x={x}&y={y}{more}"
            );
            let (status, head, body) = server.get(&address);
            assert_eq!(status, 200, "{address}");
            assert!(head.contains("content-encoding: deflate"), "{head}");
            let values = decoded(&body);
            // The same points as a view with another center and size: 300 × 320 with the tile in its upper left corner.
            let (columns, rows) = (300, 320);
            let origin = if level == 0 { ["-2", "2"] } else { ["0", "1"] };
            let center = |k: usize, sign: i64, half: i64| -> Number {
                let base: i64 = origin[k].parse().unwrap();
                // (base · 2^(6+level) ± half) / 2^(6+level), in hexadecimal.
                let bits = 6 + level;
                let lower = sign * half;
                let power = num_bigint::BigInt::from(1) << bits;
                let above = num_bigint::BigInt::from(base) * power + lower;
                let (minus, digits) =
                    (above < num_bigint::BigInt::from(0), above.magnitude().to_str_radix(16));
                format!("{}0x{digits}p-{bits}", if minus { "-" } else { "" }).parse().unwrap()
            };
            let width: Number = format!("0x{columns:x}p-{}", 6 + level).parse().unwrap();
            let view =
                View::new(center(0, 1, columns / 2), center(1, -1, rows / 2), width).unwrap();
            let julia = Julia::new(Complex64::new(0.0, 1.0), 2.0, (5, itermax)).unwrap();
            let job = Job::of_view(julia, &view, columns as u32, rows as u32).unwrap();
            let quantities = Quantities { smooth, distance: distance.then_some(f64::INFINITY) };
            let mut engine = CpuEngine::new(Precision::Exact);
            let never = AtomicBool::new(false);
            let mut bands = engine.begin(&job, quantities, &never).unwrap();
            let window = Window { col: 0, row: 0, width: 256, height: 256 };
            bands.start(window, Values::default()).unwrap();
            let expected = bands.finish().unwrap().values;
            assert_eq!(values.counts, expected.counts, "{address}");
            assert_eq!(values.smooth, expected.smooth, "{address}");
            // Estimates in floats: their last bits depend on the center that the orbits are followed from.
            assert_eq!(values.distances.len(), expected.distances.len());
            for (&own, &other) in values.distances.iter().zip(&expected.distances) {
                assert!((own - other).abs() <= 1e-9 * other.max(1.0), "{address}: {own} {other}");
            }
            let kinds: std::collections::BTreeSet<_> = values.counts.iter().collect();
            assert!(kinds.len() > 1, "{address}: nothing to tell apart");
        }
    }
}

#[test]
fn a_rectangle_has_the_values_of_the_tiles_that_it_lies_in() {
    let server = Running::start();
    let values = |address: &str| {
        let (status, _, body) = server.get(address);
        assert_eq!(status, 200, "{address}");
        decoded(&body)
    };
    let job = "c=-0.8,0.156&itermax=300&level=3&smooth=1";
    // Across the corner of four tiles, one of them in another block of tiles that share their polynomials.
    let (columns, rows) = (90, 70);
    let first = |tile: usize| 256 * tile - 30;
    let address = format!("/rectangle?{job}&column={}&row={}", first(16), first(3));
    let rectangle = values(&format!("{address}&size={columns}x{rows}"));
    assert_eq!(rectangle.counts.len(), columns * rows);
    for (tile_x, tile_y) in [(15, 2), (16, 2), (15, 3), (16, 3)] {
        let tile = values(&format!("/tile?{job}&x={tile_x}&y={tile_y}"));
        for (j, i) in (0..rows).flat_map(|j| (0..columns).map(move |i| (j, i))) {
            let (column, row) = (first(16) + i, first(3) + j);
            if (column / 256, row / 256) == (tile_x, tile_y) {
                let (own, other) = (j * columns + i, row % 256 * 256 + column % 256);
                assert_eq!(rectangle.counts[own], tile.counts[other], "{column} {row}");
                assert_eq!(rectangle.smooth[own], tile.smooth[other], "{column} {row}");
            }
        }
    }
    for size in ["0x5", "5x0", "2000x2000", "4294967295x4294967295", "5", "x", "-1x-1"] {
        assert_eq!(server.get(&format!("{address}&size={size}")).0, 400, "{size}");
    }
}

#[test]
fn a_saved_picture_is_the_command_lines_and_has_its_job() {
    let server = Running::start();
    let fields =
        "c=-0.8,0.156&threshold=2&itermin=3&itermax=200&center=1/8,0&width=0x1.8p%2B1&size=90x70";
    let (status, head, png) =
        server.get(&format!("/picture?{fields}&palette=magma&smooth=1&mapping=histogram"));
    assert_eq!(status, 200);
    assert!(head.contains("filename=\"julia.png\""), "{head}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.png");
    let julia = Julia::new(Complex64::new(-0.8, 0.156), 2.0, (3, 200)).unwrap();
    let [re, im, width] = ["1/8", "0", "0x1.8p+1"].map(|text| text.parse().unwrap());
    let job = Job::of_view(julia, &View::new(re, im, width).unwrap(), 90, 70).unwrap();
    let renderer = juliaset::Renderer::new(job).engine(juliaset::EngineChoice::Cpu);
    let renderer = renderer.palette("magma".parse().unwrap()).smooth(true);
    renderer.mapping(juliaset::Mapping::Histogram).save(&path).unwrap();
    assert!(png == std::fs::read(&path).unwrap());
    assert_eq!(server.get("/progress?id=none").0, 404);
    let refused = server.get(&format!("/picture?{fields}&palette=heat"));
    assert_eq!(refused.0, 400);
    for wrong in ["size=100000x100000", "size=0x9", "size=9"] {
        let address = format!("/picture?{}", fields.replace("size=90x70", wrong));
        assert_eq!(server.get(&address).0, 400, "{wrong}");
    }
}

#[test]
fn the_page_allows_only_its_own_scripts() {
    let server = Running::start();
    for (address, kind) in [
        ("/", "text/html"),
        ("/page/main.js", "text/javascript"),
        ("/page/style.css", "text/css"),
        ("/start", "application/json"),
    ] {
        let (status, head, body) = server.get(address);
        assert_eq!(status, 200, "{address}");
        assert!(head.contains(&format!("content-type: {kind}")), "{head}");
        assert!(
            head.contains("content-security-policy: default-src 'none'; script-src 'self'"),
            "{head}"
        );
        assert!(head.contains("x-content-type-options: nosniff"), "{head}");
        assert!(!head.contains("access-control"), "{head}");
        assert!(!body.is_empty(), "{address}");
    }
}

/// What is asked by mistake or with malice is an HTTP error, and the server goes on.
#[test]
fn hostile_requests_are_refused() {
    let server = Running::start();
    let status = |bytes: &[u8]| {
        let answer = server.raw(bytes);
        String::from_utf8_lossy(answer.get(9..12).unwrap_or_default()).parse::<u16>().ok()
    };
    let get = |address: &str| {
        status(
            format!("GET {address} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                .as_bytes(),
        )
    };
    for address in [
        "/page/../../Cargo.toml",
        "/page/%2e%2e/mod.rs",
        "/page/..%2fmod.rs",
        "/page//etc/passwd",
        "/etc/passwd",
        "/page/",
        "/page/main.js/",
        "//",
        "/tile/../start",
        "/.",
        "/page/main.js%00",
    ] {
        assert_eq!(get(address), Some(404), "{address}");
    }
    let nines = "9".repeat(40_000);
    let tile = "c=0,1&threshold=2&itermax=50";
    for query in [
        String::new(),
        format!("{tile}&level=100001&x=0&y=0"),
        format!("{tile}&level=-33&x=0&y=0"),
        format!("{tile}&level=99999999999999999999&x=0&y=0"),
        format!("{tile}&level=0&x={nines}&y=0"),
        format!("{tile}&level=0&x=0x&y=0"),
        format!("{tile}&level=0&x=1e9&y=0"),
        format!("{tile}&level=0&x=0&y=0&more=1"),
        format!("{tile}&level=0&x=0&x=1&y=0"),
        format!("{tile}&level=0&x=%ff&y=0"),
        format!("{tile}&level=0&x=%&y=0"),
        "c=0,1&itermax=10000001&level=0&x=0&y=0".to_owned(),
        "c=0,1&itermax=0&level=0&x=0&y=0".to_owned(),
        "c=nan,1&itermax=9&level=0&x=0&y=0".to_owned(),
        "c=1e999,1&itermax=9&level=0&x=0&y=0".to_owned(),
        "c=0,1&threshold=-1&itermax=9&level=0&x=0&y=0".to_owned(),
        "c=0,1&threshold=nan&itermax=9&level=0&x=0&y=0".to_owned(),
    ] {
        let shown = &query[..query.len().min(80)];
        assert_eq!(get(&format!("/tile?{query}")), Some(400), "{shown}");
    }
    // Other names that lead here, other pages, other methods, bodies.
    for (request, expected) in [
        ("GET / HTTP/1.1\r\nHost: evil.example\r\n", 403),
        ("GET / HTTP/1.1\r\nHost: localhost.evil.example\r\n", 403),
        ("GET / HTTP/1.0\r\n", 403),
        ("GET /start HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: cross-site\r\n", 403),
        ("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n", 405),
        ("DELETE /start HTTP/1.1\r\nHost: localhost\r\n", 405),
        ("HEAD / HTTP/1.1\r\nHost: localhost\r\n", 405),
        ("GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n", 400),
        ("GET / HTTP/1.1\r\nHost localhost\r\n", 400),
        ("GET /caf\u{e9} HTTP/1.1\r\nHost: localhost\r\n", 404),
    ] {
        let bytes = format!("{request}Connection: close\r\n\r\n");
        let got = status(bytes.as_bytes());
        assert!(
            got == Some(expected) || (expected == 404 && got == Some(400)),
            "{request} {got:?}"
        );
    }
    // Headers without end.
    let long =
        format!("GET / HTTP/1.1\r\nHost: localhost\r\nLong: {}\r\n\r\n", "a".repeat(1 << 20));
    assert!(matches!(status(long.as_bytes()), None | Some(400..=499)));
    let many = "A: b\r\n".repeat(1000);
    let many = format!("GET / HTTP/1.1\r\nHost: localhost\r\n{many}\r\n");
    assert!(matches!(status(many.as_bytes()), None | Some(400..=499)));
    // Clients that stop in the middle hinder no others.
    let slow: Vec<_> = (0..50)
        .map(|k| {
            let mut stream = server.connect();
            stream
                .write_all(
                    &b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nab"[..k + 1],
                )
                .unwrap();
            stream
        })
        .collect();
    assert!(server.is_alive());
    drop(slow);
    assert!(server.is_alive());
}

/// 100,000 request lines at random, most of them near right ones, several on a connection.
#[test]
fn random_request_lines_end_nothing() {
    const WORDS: [&str; 26] = [
        "GET ",
        " HTTP/1.1",
        "/tile?",
        "/start",
        "/page/",
        "/palette?",
        "/progress?",
        "c=",
        "0,1",
        "&",
        "=",
        "level=",
        "x=",
        "y=",
        "-",
        "0x",
        "9",
        "%",
        "%ff",
        "\u{e9}",
        "\0",
        "..",
        "\r",
        " ",
        "name=",
        "itermax=",
    ];
    let server = Running::start();
    let mut random = Random::from_environment_or_else(|| 1);
    let mut requests = 0;
    while requests < 100_000 {
        let mut bytes = Vec::new();
        for _ in 0..500 {
            let is_right = random.below(4) > 0;
            let mut line: Vec<u8> = if is_right { b"GET /".to_vec() } else { Vec::new() };
            for _ in 0..random.below(8) {
                line.extend(WORDS[random.below(WORDS.len() as u64) as usize].as_bytes());
            }
            if random.below(50) == 0 {
                let at = random.below(line.len() as u64 + 1) as usize;
                line.insert(at, random.below(256) as u8);
            }
            if is_right {
                line.extend(b" HTTP/1.1\r\nHost: localhost");
            }
            line.extend(b"\r\n\r\n");
            // What is wrong ends its connection: a new one for what comes after.
            bytes.push(line);
        }
        for some in bytes.chunks(10) {
            let mut stream = server.connect();
            let _ = stream.write_all(&some.concat());
            let _ = stream.shutdown(Shutdown::Write);
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer);
            assert!(answer.is_empty() || answer.starts_with(b"HTTP/1."), "{random}");
            requests += some.len();
        }
    }
    assert!(server.is_alive(), "{random}");
}

/// What the page shows is told to whoever started the server, if he wants to know it, and to nobody else.
#[test]
fn what_the_page_shows_is_kept_if_it_is_a_picture() {
    let fields =
        "c=0,1&threshold=4&itermin=2&itermax=70&center=1/3,-0x1p-80&width=1e-70&size=40x30";
    let other = fields.replace("40x30", "50x30");
    let seen = Seen::default();
    let server = Running::telling(Some(seen.clone()));
    assert_eq!(seen.query(), None);
    assert_eq!(server.get(&format!("/seen?{fields}")).0, 200);
    assert_eq!(seen.query().as_deref(), Some(fields));
    for wrong in ["", "c=0,1", &format!("{fields}&more=1"), &fields.replace("1e-70", "0")] {
        assert_eq!(server.get(&format!("/seen?{wrong}")).0, 400, "{wrong}");
    }
    assert_eq!(seen.query().as_deref(), Some(fields));
    assert_eq!(server.get(&format!("/seen?{other}")).0, 200);
    assert_eq!(seen.query(), Some(other));
    let start = |server: &Running| String::from_utf8(server.get("/start").2).unwrap();
    assert!(start(&server).contains("\"seen\":true"));
    let silent = Running::start();
    assert_eq!(silent.get(&format!("/seen?{fields}")).0, 404);
    assert!(start(&silent).contains("\"seen\":false"));
}

/// Clients that ask and never read fill what the system keeps for them, and hold up no others: not even one that asks
/// for a picture, which is sent while it is made.
#[test]
fn clients_that_read_nothing_hold_up_no_others() {
    let server = Running::start();
    let request = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let picture = "c=-0.8,0.156&itermax=60&center=0,0&width=3&palette=ultra&smooth=1";
    let mut deaf = Vec::new();
    for k in 0..40 {
        let mut stream = server.connect();
        let asked = match k {
            0 => request(&format!("/picture?{picture}&size=8000x6000")),
            _ if k % 2 == 0 => request("/start").repeat(500),
            _ => request("/tile?c=-0.8,0.156&itermax=300&level=4&x=7&y=7&smooth=1").repeat(100),
        };
        stream.set_nonblocking(true).unwrap();
        // The server may stop to read before it has all of them.
        let _ = stream.write(asked.as_bytes());
        deaf.push(stream);
    }
    for x in 0..8 {
        let tile = format!("/tile?c=0,1&itermax=50&level=3&x={x}&y=3");
        assert_eq!(server.get(&tile).0, 200);
        assert!(server.is_alive());
    }
    let (status, _, png) = server.get(&format!("/picture?{picture}&size=80x60"));
    assert_eq!((status, &png[..4]), (200, &b"\x89PNG"[..]));
    // It also ends with such clients.
    drop(server);
    drop(deaf);
}

/// A client that goes away takes its work with it: what would take hours ends, and others are answered.
#[test]
fn work_for_clients_that_are_gone_ends() {
    let server = Running::start();
    // A set whose inside takes all iterations of every point, as nothing is proven of it in a few.
    let request = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let tile = "/tile?c=0.25,0&threshold=2&itermax=10000000&level=6&x=31&y=31";
    let picture = "/picture?c=0.25,0&itermax=4294967&center=0,0&width=1e-2&size=20000x20000";
    for _ in 0..20 {
        let mut stream = server.connect();
        stream.write_all(request(tile).as_bytes()).unwrap();
        let mut other = server.connect();
        other.write_all(request(picture).as_bytes()).unwrap();
    }
    let (status, _, _) = server.get("/tile?c=0,1&itermax=50&level=1&x=0&y=0");
    assert_eq!(status, 200);
    // And the server itself ends while it has work to do.
    let mut stream = server.connect();
    stream.write_all(request(tile).as_bytes()).unwrap();
    drop(server);
}

/// 50 clients at places and with maps of their own: each is served, or told that there is too much to do.
#[test]
fn many_clients_are_served_or_told_to_wait() {
    let server = Running::start();
    let mut random = Random::from_environment_or_else(|| 2);
    let addresses: Vec<Vec<String>> = (0..50)
        .map(|_| {
            (0..6)
                .map(|_| {
                    let (x, y, level) = (random.below(16), random.below(16), 2 + random.below(3));
                    let re = random.between(-1.0, 0.3);
                    format!("/tile?c={re},0.5&itermax=60&level={level}&x={x}&y={y}&smooth=1")
                })
                .collect()
        })
        .collect();
    let served: usize = thread::scope(|scope| {
        let clients: Vec<_> = addresses
            .iter()
            .map(|own| {
                scope.spawn(|| {
                    let statuses = own.iter().map(|address| server.get(address).0);
                    statuses
                        .inspect(|status| assert!([200, 503].contains(status)))
                        .filter(|&status| status == 200)
                        .count()
                })
            })
            .collect();
        clients.into_iter().map(|client| client.join().unwrap()).sum()
    });
    assert!(served > 0);
    assert!(server.is_alive());
}
