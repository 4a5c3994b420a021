//! The server: connections, one thread for all of them.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::limits;
use super::patience::{PATIENCE, Patient};
use super::picture::{Chooser, Pictures};
use super::router::Site;
use super::start::Start;
use super::workers::Workers;
use crate::engine::Engine;
use crate::error::{Error, Result};

/// How often it is looked at whether to end.
const PERIOD: Duration = Duration::from_millis(20);

/// A server that has its port, and does not answer yet.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
}

impl Server {
    /// Takes the port of `address`; 0 is any that is free.
    ///
    /// # Errors
    /// If it cannot be had.
    pub fn bind(address: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers requests until `interrupt` is set. `start` is what the page begins with; `engine` computes tiles, and what
    /// `choose` gives for them the pictures that are saved.
    ///
    /// # Errors
    /// If the system has no thread or no event queue.
    pub fn serve(
        self,
        start: &Start,
        engine: Box<dyn Engine>,
        choose: Chooser,
        interrupt: &AtomicBool,
    ) -> Result<()> {
        let (seen, start) = (start.seen.clone(), start.json(&engine.describe())?);
        let unusable = |source| Error::Io { path: self.address.to_string().into(), source };
        let workers = Workers::start(engine).map_err(unusable)?;
        let points = Semaphore::new(limits::POINTS);
        let pictures = Pictures::new(choose);
        let site = Arc::new(Site { start, seen, workers: Arc::clone(&workers), points, pictures });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let served = runtime.and_then(|runtime| {
            self.listener.set_nonblocking(true)?;
            let _within = runtime.enter();
            let listener = tokio::net::TcpListener::from_std(self.listener)?;
            runtime.block_on(accept(&listener, &site, interrupt));
            // Connections end here, and with them what they wait for.
            drop(runtime);
            Ok(())
        });
        workers.close();
        let path = self.address.to_string().into();
        served.map_err(|source| Error::Io { path, source })
    }
}

async fn accept(listener: &tokio::net::TcpListener, site: &Arc<Site>, interrupt: &AtomicBool) {
    let room = Arc::new(Semaphore::new(limits::CONNECTIONS));
    let mut connections = JoinSet::new();
    while !interrupt.load(Ordering::Relaxed) {
        while connections.try_join_next().is_some() {}
        let Ok(Ok(permit)) = tokio::time::timeout(PERIOD, Arc::clone(&room).acquire_owned()).await
        else {
            continue;
        };
        let Ok(accepted) = tokio::time::timeout(PERIOD, listener.accept()).await else { continue };
        let Ok((stream, _)) = accepted else {
            // Such as too many open files: it passes.
            tokio::time::sleep(PERIOD).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let site = Arc::clone(site);
        connections.spawn(async move {
            let service = service_fn(|request| {
                let site = Arc::clone(&site);
                async move { Ok::<_, std::convert::Infallible>(site.answer(request).await) }
            });
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(PATIENCE)
                .max_buf_size(limits::HEAD_BYTES)
                .serve_connection(TokioIo::new(Patient::new(stream)), service);
            // A client that goes away is no error.
            let _ = connection.await;
            drop(permit);
        });
    }
}
