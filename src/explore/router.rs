//! From requests to answers.

use std::net::IpAddr;
use std::sync::Arc;

use hyper::header::{self, HeaderMap};
use hyper::{Method, Request};
use tokio::sync::Semaphore;

use super::answer::{Answer, of_compressed, of_type, refused};
use super::assets;
use super::error::Refusal;
use super::json::Json;
use super::picture::{PictureRequest, Pictures};
use super::point::PointRequest;
use super::query::Query;
use super::seen::Seen;
use super::start;
use super::tile::TileRequest;
use super::workers::Workers;
use crate::tone::Palette;

/// What requests are answered with.
pub struct Site {
    /// The answer to `/start`.
    pub start: String,
    /// Where it is kept what the page shows.
    pub seen: Option<Seen>,
    /// The engine.
    pub workers: Arc<Workers>,
    /// Room for single points.
    pub points: Semaphore,
    /// Those that are made to be saved.
    pub pictures: Pictures,
}

const JSON: &str = "application/json";

impl Site {
    /// The answer to a request; it is no longer worked on when this is dropped.
    pub async fn answer<B>(&self, request: Request<B>) -> Answer {
        match self.tried(&request).await {
            Ok(answer) => answer,
            Err(refusal) => refused(&refusal),
        }
    }

    async fn tried<B>(&self, request: &Request<B>) -> Result<Answer, Refusal> {
        let address = request.uri();
        check(request.headers(), address.path())?;
        if request.method() != Method::GET {
            return Err(Refusal::Method);
        }
        // A body would have to be read before the next request.
        if ["content-length", "transfer-encoding"]
            .iter()
            .any(|name| request.headers().contains_key(*name))
        {
            return Err(Refusal::Wrong("a request has no body here".to_owned()));
        }
        let query = || Query::read(address.query().unwrap_or_default());
        match address.path() {
            "/" => {
                let (_, kind, text) = assets::INDEX;
                Ok(of_type(kind, text))
            }
            "/start" => Ok(of_type(JSON, self.start.clone())),
            "/tile" => self.tile(TileRequest::of_tile(query()?)?).await,
            "/rectangle" => self.tile(TileRequest::of_rectangle(query()?)?).await,
            "/point" => {
                let _permit = self.points.try_acquire().map_err(|_| Refusal::Busy)?;
                Ok(of_type(JSON, PointRequest::read(query()?)?.answer().await?.into_string()))
            }
            "/picture" => self.pictures.answer(PictureRequest::read(query()?)?).await,
            "/seen" => {
                let seen = self.seen.as_ref().ok_or(Refusal::Nothing)?;
                PictureRequest::read(query()?)?;
                seen.set(address.query().unwrap_or_default());
                Ok(of_type(JSON, "{}"))
            }
            "/progress" => Ok(of_type(JSON, self.pictures.progress(&mut query()?)?.into_string())),
            "/palette" => palette(query()?),
            path => {
                let file = path.strip_prefix("/page/").and_then(assets::named);
                file.map(|(_, kind, text)| of_type(kind, text)).ok_or(Refusal::Nothing)
            }
        }
    }

    async fn tile(&self, request: TileRequest) -> Result<Answer, Refusal> {
        let bytes = match self.workers.kept(&request) {
            Some(bytes) => bytes,
            None => self.workers.ask(request).outcome().await?,
        };
        Ok(of_compressed("application/octet-stream", bytes))
    }
}

/// Whether there is something to do at an address, which is a path with its query.
pub fn is_understood(address: &str) -> bool {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let Ok(query) = Query::read(query) else { return false };
    match path {
        "/tile" => TileRequest::of_tile(query).is_ok_and(|request| request.key().is_some()),
        "/rectangle" => TileRequest::of_rectangle(query).is_ok(),
        "/point" => PointRequest::read(query).is_ok(),
        "/picture" => PictureRequest::read(query).is_ok(),
        "/palette" => palette(query).is_ok(),
        path => path.strip_prefix("/page/").and_then(assets::named).is_some(),
    }
}

fn palette(mut query: Query) -> Result<Answer, Refusal> {
    let name = query.needed("name")?;
    query.end()?;
    let palette: Palette = name.parse()?;
    let json = Json::object([("name", Json::text(&name)), ("colors", start::colors(&palette))]);
    Ok(of_type(JSON, json.into_string()))
}

/// A name that leads here is no reason to trust who asks: a page from elsewhere can have its own name lead here, and then
/// the browser takes this server for that page's own. An address, or `localhost`, is nobody's name.
fn check(headers: &HeaderMap, path: &str) -> Result<(), Refusal> {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    if name != "localhost" && name.parse::<IpAddr>().is_err() {
        return Err(Refusal::Foreign);
    }
    // What other pages have the browser fetch; a link to the page itself may be followed.
    let site = headers.get("sec-fetch-site").and_then(|site| site.to_str().ok());
    match site {
        None | Some("same-origin" | "none") => Ok(()),
        Some(_) if path == "/" => Ok(()),
        Some(_) => Err(Refusal::Foreign),
    }
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    #[test]
    fn only_addresses_and_localhost_are_hosts() {
        let checked = |host: Option<&str>, site: Option<&str>, path: &str| {
            let mut headers = HeaderMap::new();
            for (name, value) in [("host", host), ("sec-fetch-site", site)] {
                if let Some(value) = value {
                    headers.insert(name, HeaderValue::from_str(value).unwrap());
                }
            }
            check(&headers, path)
        };
        for host in ["localhost", "localhost:8080", "127.0.0.1:1", "[::1]:8080", "192.168.1.7:80"] {
            assert_eq!(checked(Some(host), None, "/tile"), Ok(()), "{host}");
        }
        for host in
            ["evil.example", "localhost.evil.example:80", "127.0.0.1.nip.io", "", "[::1", "a:b"]
        {
            assert_eq!(checked(Some(host), None, "/"), Err(Refusal::Foreign), "{host}");
        }
        assert_eq!(checked(None, None, "/"), Err(Refusal::Foreign));
        let here = Some("localhost:80");
        assert_eq!(checked(here, Some("same-origin"), "/tile"), Ok(()));
        assert_eq!(checked(here, Some("cross-site"), "/"), Ok(()));
        assert_eq!(checked(here, Some("cross-site"), "/tile"), Err(Refusal::Foreign));
    }
}
