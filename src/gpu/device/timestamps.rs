//! How long the device works, by its own clock.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use wgpu::BufferUsages as Usage;

/// Time stamps that are taken before they are fetched: the most that WebGPU allows in one set.
const STAMPS: u32 = 4096;

/// What a submission may take of them.
const OF_A_SUBMISSION: u32 = 64;

/// What the time between two stamps is of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Span {
    Pass,
    Submission,
}

/// Takes the time of compute passes, and of whole submissions if the adapter can.
pub(crate) struct Stopwatch {
    queries: wgpu::QuerySet,
    resolved: wgpu::Buffer,
    pub read_back: wgpu::Buffer,
    nanoseconds: f64,
    submissions: bool,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// What the stamps in the set are of, two each.
    spans: Vec<Span>,
    passes: Duration,
    whole: Duration,
}

impl Stopwatch {
    /// What the device must have for it, of what the adapter offers; nothing if it has no clock.
    pub fn features(offered: wgpu::Features) -> Option<wgpu::Features> {
        let all = wgpu::Features::TIMESTAMP_QUERY | wgpu::Features::TIMESTAMP_QUERY_INSIDE_ENCODERS;
        offered.contains(wgpu::Features::TIMESTAMP_QUERY).then_some(offered & all)
    }

    pub fn new(device: &wgpu::Device, queue: &wgpu::Queue) -> Self {
        let buffer = |usage| {
            let (label, size) = (Some("stamps"), u64::from(STAMPS) * 8);
            let mapped_at_creation = false;
            device.create_buffer(&wgpu::BufferDescriptor { label, size, usage, mapped_at_creation })
        };
        let queries = device.create_query_set(&wgpu::QuerySetDescriptor {
            label: Some("stamps"),
            ty: wgpu::QueryType::Timestamp,
            count: STAMPS,
        });
        Self {
            queries,
            resolved: buffer(Usage::QUERY_RESOLVE | Usage::COPY_SRC),
            read_back: buffer(Usage::MAP_READ | Usage::COPY_DST),
            nanoseconds: queue.get_timestamp_period().into(),
            submissions: device
                .features()
                .contains(wgpu::Features::TIMESTAMP_QUERY_INSIDE_ENCODERS),
            kept: Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Two stamps, if there are any left.
    fn take(&self, span: Span) -> Option<[u32; 2]> {
        let mut kept = self.lock();
        let first = 2 * kept.spans.len() as u32;
        (first + 2 <= STAMPS).then(|| {
            kept.spans.push(span);
            [first, first + 1]
        })
    }

    /// Begins a compute pass.
    pub fn pass<'a>(&self, encoder: &'a mut wgpu::CommandEncoder) -> wgpu::ComputePass<'a> {
        let stamps = self.take(Span::Pass);
        encoder.begin_compute_pass(&wgpu::ComputePassDescriptor {
            label: None,
            timestamp_writes: stamps.map(|[begin, end]| wgpu::ComputePassTimestampWrites {
                query_set: &self.queries,
                beginning_of_pass_write_index: Some(begin),
                end_of_pass_write_index: Some(end),
            }),
        })
    }

    /// Takes the time of all that `record` records.
    pub fn submission(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        record: impl FnOnce(&mut wgpu::CommandEncoder),
    ) {
        let stamps = if self.submissions { self.take(Span::Submission) } else { None };
        if let Some([begin, _]) = stamps {
            encoder.write_timestamp(&self.queries, begin);
        }
        record(encoder);
        if let Some([_, end]) = stamps {
            encoder.write_timestamp(&self.queries, end);
        }
    }

    /// Whether the next submission may be without stamps.
    pub fn is_full(&self) -> bool {
        2 * self.lock().spans.len() as u32 + OF_A_SUBMISSION > STAMPS
    }

    /// Records that the stamps are fetched; gives their bytes.
    pub fn fetch(&self, encoder: &mut wgpu::CommandEncoder) -> u64 {
        let stamps = 2 * self.lock().spans.len() as u32;
        let bytes = u64::from(stamps) * 8;
        if stamps > 0 {
            encoder.resolve_query_set(&self.queries, 0..stamps, &self.resolved, 0);
            encoder.copy_buffer_to_buffer(&self.resolved, 0, &self.read_back, 0, bytes);
        }
        bytes
    }

    /// Adds up the stamps that were fetched, and begins anew.
    pub fn add(&self, bytes: &[u8]) {
        let (stamps, _) = bytes.as_chunks::<8>();
        let (pairs, _) = stamps.as_chunks::<2>();
        let mut kept = self.lock();
        for (span, [begin, end]) in std::mem::take(&mut kept.spans).into_iter().zip(pairs) {
            let ticks = u64::from_le_bytes(*end).saturating_sub(u64::from_le_bytes(*begin));
            let time = Duration::from_nanos((ticks as f64 * self.nanoseconds) as u64);
            match span {
                Span::Pass => kept.passes += time,
                Span::Submission => kept.whole += time,
            }
        }
    }

    /// The time of all passes and of all submissions since the last call.
    pub fn take_times(&self) -> (Duration, Option<Duration>) {
        let mut kept = self.lock();
        let whole = std::mem::take(&mut kept.whole);
        (std::mem::take(&mut kept.passes), self.submissions.then_some(whole))
    }
}
