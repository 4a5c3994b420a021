//! Pictures to be saved: made by the same code as those of the command line, and sent while they are made.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use hyper::body::Bytes;
use tokio::sync::mpsc::{self, Sender};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::answer::{Answer, Stream, of_picture};
use super::error::Refusal;
use super::json::Json;
use super::limits;
use super::query::Query;
use super::tile;
use super::unwanted::Unwanted;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::job::Job;
use crate::output::format::Format;
use crate::picture::{self, Options};
use crate::render::supersampling::Sampling;
use crate::tone::{Color, Mapping, Palette, Tone};
use crate::view::View;

/// What chooses the engine for a picture.
pub type Chooser = Arc<dyn Fn(&Job) -> Result<Box<dyn Engine>> + Send + Sync>;

/// The file's name, as the header has it.
const NAME: &str = "attachment; filename=\"julia.png\"";

/// The longest name of a picture that is made.
const LONGEST_ID: usize = 100;

/// Bytes that are sent at once, and how many times as many wait for the client.
const PIECE: usize = 1 << 16;
const PIECES: usize = 16;

/// A picture that is asked for.
#[derive(Debug)]
pub struct PictureRequest {
    job: Job,
    options: Options,
    id: Option<String>,
}

impl PictureRequest {
    /// Reads it from an address.
    ///
    /// # Errors
    /// If a value is missing, wrong, or over its limit.
    pub fn read(mut query: Query) -> std::result::Result<Self, Refusal> {
        let julia = tile::map(&mut query)?;
        let center = query.needed("center")?;
        let numbers = tile::pair(&center).map(|parts| parts.map(tile::number));
        let Some([Some(re), Some(im)]) = numbers else {
            return Err(Refusal::wrong("center", &center, "must be two numbers, as 1/3,-1e-9"));
        };
        let text = query.needed("width")?;
        let width = tile::number(&text);
        let width = width.ok_or_else(|| Refusal::wrong("width", &text, "must be a number"))?;
        let size = query.needed("size")?;
        let Some((columns, rows)) = tile::size(&size) else {
            return Err(Refusal::wrong("size", &size, "must be WxH, as 1920x1080"));
        };
        let job = Job::of_view(julia, &View::new(re, im, width)?, columns, rows)?;
        let depth = job.grid.view().map_or(0, |(lattice, _)| lattice.depth());
        if depth > limits::LEVEL_MAX.unsigned_abs() {
            return Err(Refusal::wrong("width", &text, "is too small for a picture here"));
        }
        let finite = |query: &mut Query, name| -> std::result::Result<_, Refusal> {
            let Some(text) = query.text(name) else { return Ok(None) };
            let number = tile::number(&text).map(|number| number.to_f64());
            let number = number.filter(|number| number.is_finite());
            let number = number.ok_or_else(|| Refusal::wrong(name, &text, "must be a number"))?;
            Ok(Some((number, text)))
        };
        let number = |query: &mut Query, name| -> std::result::Result<_, Refusal> {
            let Some((number, text)) = finite(query, name)? else { return Ok(None) };
            let wrong = || Refusal::wrong(name, &text, "must be over 0");
            (number > 0.0).then_some(number).ok_or_else(wrong).map(Some)
        };
        let palette: Palette = query.text("palette").unwrap_or("gray".to_owned()).parse()?;
        let mapping: Mapping = query.text("mapping").unwrap_or("linear".to_owned()).parse()?;
        let interior = query.text("interior").map(|color| color.parse::<Color>()).transpose()?;
        let tone = Tone::default().palette(palette).mapping(mapping).interior(interior);
        let tone = tone.cycles(number(&mut query, "cycles")?.unwrap_or(1.0));
        let offset = finite(&mut query, "palette_offset")?.map_or(0.0, |(offset, _)| offset);
        let tone = tone.palette_offset(offset);
        let tone = tone.smooth(query.is_set("smooth")?).distance(number(&mut query, "distance")?);
        let factor = query.value("supersample", "must be a whole number")?.unwrap_or(1_u32);
        let sampling = Sampling::default().factor(factor);
        let points = sampling.job(&job)?.grid.pixels();
        if job.grid.pixels() > limits::PICTURE_PIXELS || points > limits::PICTURE_POINTS {
            let most = format!("must have at most {} pixels here", limits::PICTURE_PIXELS);
            return Err(Refusal::wrong("size", &size, &most));
        }
        let id = query.text("id").filter(|id| id.len() <= LONGEST_ID);
        query.end()?;
        Ok(Self { job, options: Options::default().tone(tone).sampling(sampling), id })
    }
}

/// How far a picture is.
#[derive(Debug, Default)]
struct Progress {
    done: AtomicU64,
    total: u64,
}

/// The pictures that are made.
pub struct Pictures {
    choose: Chooser,
    room: Arc<Semaphore>,
    made: Arc<Mutex<HashMap<String, Arc<Progress>>>>,
}

impl Pictures {
    /// Those of the engines that `choose` gives.
    pub fn new(choose: Chooser) -> Self {
        Self { choose, room: Arc::new(Semaphore::new(limits::PICTURES)), made: Arc::default() }
    }

    /// How far the picture is whose id the query has.
    ///
    /// # Errors
    /// If there is none.
    pub fn progress(&self, query: &mut Query) -> std::result::Result<Json, Refusal> {
        let id = query.needed("id")?;
        let made = lock(&self.made).get(&id).cloned().ok_or(Refusal::Nothing)?;
        let done = made.done.load(Ordering::Relaxed).min(made.total);
        let fraction = done as f64 / made.total.max(1) as f64;
        Ok(Json::object([("fraction", Json::number(fraction)), ("pixels", Json::whole(done))]))
    }

    /// The picture, as soon as it has begun; it is no longer worked on when the answer is dropped.
    ///
    /// # Errors
    /// If it cannot begin.
    pub async fn answer(&self, request: PictureRequest) -> std::result::Result<Answer, Refusal> {
        let permit = Arc::clone(&self.room).try_acquire_owned().map_err(|_| Refusal::Busy)?;
        let total = picture::pixels_to_compute(&request.job, &request.options, Format::Png)?;
        let progress = Arc::new(Progress { total, ..Progress::default() });
        let shown = Shown::new(request.id.clone(), &progress, &self.made);
        let unwanted = Unwanted::default();
        let (bytes, mut received) = mpsc::channel(PIECES);
        let (sender, failed) = oneshot::channel();
        let making = Making {
            request,
            progress,
            choose: Arc::clone(&self.choose),
            interrupt: unwanted.flag(),
            _held: (permit, shown),
        };
        thread::Builder::new()
            .name("picture".to_owned())
            // Whoever asked may be gone.
            .spawn(move || drop(sender.send(making.run(bytes))))
            .map_err(|error| Refusal::Failed(error.to_string()))?;
        match received.recv().await.flatten() {
            Some(first) => Ok(of_picture(NAME, first, Stream::new(received, unwanted))),
            // Nothing has been sent: there is an error to tell.
            None => match failed.await {
                Ok(Err(error)) => Err(error.into()),
                _ => Err(Refusal::Failed("the picture could not be made".to_owned())),
            },
        }
    }
}

type Made = Mutex<HashMap<String, Arc<Progress>>>;

fn lock(made: &Made) -> MutexGuard<'_, HashMap<String, Arc<Progress>>> {
    made.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A picture is among those that are made for as long as this lives.
struct Shown(Option<String>, Arc<Made>);

impl Shown {
    fn new(id: Option<String>, progress: &Arc<Progress>, made: &Arc<Made>) -> Self {
        if let Some(id) = &id {
            lock(made).insert(id.clone(), Arc::clone(progress));
        }
        Self(id, Arc::clone(made))
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        if let Some(id) = &self.0 {
            lock(&self.1).remove(id);
        }
    }
}

/// A picture on its thread.
struct Making {
    request: PictureRequest,
    progress: Arc<Progress>,
    choose: Chooser,
    interrupt: Arc<AtomicBool>,
    _held: (OwnedSemaphorePermit, Shown),
}

impl Making {
    fn run(&self, bytes: Sender<Option<Bytes>>) -> Result<()> {
        let PictureRequest { job, options, .. } = &self.request;
        // Threads of its own: they wait for the client, and tiles must not.
        let pool = rayon::ThreadPoolBuilder::new().num_threads(rayon::current_num_threads());
        let pool = pool.build().map_err(|error| Error::Io {
            path: "threads".into(),
            source: io::Error::other(error.to_string()),
        })?;
        let mut pieces = Pieces { gathered: Vec::new(), bytes };
        pool.install(|| {
            let mut engine = (self.choose)(&options.sampling.job(job)?)?;
            picture::write_png(
                engine.as_mut(),
                job,
                &mut pieces,
                options,
                &self.interrupt,
                |band| {
                    self.progress.done.fetch_add(band.window.pixels(), Ordering::Relaxed);
                },
            )
        })?;
        pieces.end();
        Ok(())
    }
}

/// Sends what is written, in pieces.
struct Pieces {
    gathered: Vec<u8>,
    bytes: Sender<Option<Bytes>>,
}

impl Pieces {
    fn send(&mut self) -> io::Result<()> {
        if self.gathered.is_empty() {
            return Ok(());
        }
        let piece = std::mem::take(&mut self.gathered).into();
        let gone = |_| io::ErrorKind::BrokenPipe.into();
        self.bytes.blocking_send(Some(piece)).map_err(gone)
    }

    /// Only now it is whole.
    fn end(mut self) {
        if self.send().is_ok() {
            // Whoever asked may be gone.
            let _ = self.bytes.blocking_send(None);
        }
    }
}

impl io::Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.gathered.extend_from_slice(bytes);
        if self.gathered.len() >= PIECE {
            self.send()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
