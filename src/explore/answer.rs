//! Answers, as HTTP has them.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::{Body, Bytes, Frame, SizeHint};
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};

use super::error::Refusal;

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

/// Bytes that are there at once.
#[derive(Debug, Default)]
pub struct Whole(Option<Bytes>);

impl Body for Whole {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.as_ref().map_or(0, Bytes::len) as u64)
    }
}

/// An answer.
pub type Answer = Response<Whole>;

/// Bytes of a type.
pub fn of_type(kind: &'static str, bytes: impl Into<Bytes>) -> Answer {
    let mut answer = Response::new(Whole(Some(bytes.into()).filter(|bytes| !bytes.is_empty())));
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

/// A line for people, with the status that it is.
pub fn refused(refusal: &Refusal) -> Answer {
    let (status, line) = refusal.told();
    let mut answer = of_type("text/plain; charset=utf-8", format!("{line}\n"));
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    answer
}
