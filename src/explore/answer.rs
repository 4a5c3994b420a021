//! Answers, as HTTP has them.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::{Body, Bytes, Frame, SizeHint};
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};
use tokio::sync::mpsc::Receiver;

use super::error::Refusal;
use super::unwanted::Unwanted;

/// What the page may do: only what comes from here.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                      img-src 'self' data: blob:; base-uri 'none'; form-action 'none'";

/// The headers of every answer.
const ALWAYS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Bytes that are made while they are sent: `None` is their end. Whoever makes them learns of it if they are unwanted.
#[derive(Debug)]
pub struct Stream {
    bytes: Receiver<Option<Bytes>>,
    _unwanted: Unwanted,
}

impl Stream {
    /// Bytes that are made until `unwanted` is dropped.
    pub fn new(bytes: Receiver<Option<Bytes>>, unwanted: Unwanted) -> Self {
        Self { bytes, _unwanted: unwanted }
    }
}

/// Bytes that are there at once, and maybe more that come.
#[derive(Debug, Default)]
pub struct Content {
    first: Option<Bytes>,
    rest: Option<Stream>,
}

impl Body for Content {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(bytes) = self.first.take() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        let Some(stream) = &mut self.rest else { return Poll::Ready(None) };
        stream.bytes.poll_recv(context).map(|received| match received {
            Some(Some(bytes)) => Some(Ok(Frame::data(bytes))),
            Some(None) => {
                self.rest = None;
                None
            }
            // It failed on the way: the connection is broken off, so that a part is not taken for the whole.
            None => Some(Err(io::ErrorKind::UnexpectedEof.into())),
        })
    }

    fn is_end_stream(&self) -> bool {
        self.first.is_none() && self.rest.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        let first = self.first.as_ref().map_or(0, Bytes::len) as u64;
        if self.rest.is_none() {
            return SizeHint::with_exact(first);
        }
        let mut hint = SizeHint::new();
        hint.set_lower(first);
        hint
    }
}

/// An answer.
pub type Answer = Response<Content>;

/// Bytes of a type.
pub fn of_type(kind: &'static str, bytes: impl Into<Bytes>) -> Answer {
    let first = Some(bytes.into()).filter(|bytes: &Bytes| !bytes.is_empty());
    let mut answer = Response::new(Content { first, rest: None });
    let headers = answer.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    answer
}

/// Bytes that are compressed already, as `deflate`.
pub fn of_compressed(kind: &'static str, bytes: Bytes) -> Answer {
    let mut answer = of_type(kind, bytes);
    answer.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("deflate"));
    answer
}

/// A picture that is a file of this name, by its first bytes and those that follow.
pub fn of_picture(name: &'static str, first: Bytes, rest: Stream) -> Answer {
    let mut answer = of_type("image/png", first);
    answer.body_mut().rest = Some(rest);
    answer.headers_mut().insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(name));
    answer
}

/// A line for people, with the status that it is.
pub fn refused(refusal: &Refusal) -> Answer {
    let (status, line) = refusal.told();
    let mut answer = of_type("text/plain; charset=utf-8", format!("{line}\n"));
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    answer
}
