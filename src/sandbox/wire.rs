//! Connections: accepted one by one, plain or TLS on the same port, each with a switch that cuts it.
//!
//! What a connection speaks is seen from its first byte, and a handshake is made when the connection
//! is first read: nobody waits for somebody else's.

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use std::io::{ErrorKind, Result};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::server::TlsStream;
use tokio_rustls::{Accept, TlsAcceptor};

/// The first byte of every TLS connection: a record of the kind "handshake" (RFC 8446, 5.1).
const HANDSHAKE: u8 = 0x16;

/// A switch on a connection: once cut, not one more byte is written.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    cut: Arc<AtomicBool>,
}

impl Line {
    pub(super) fn cut(&self) {
        self.cut.store(true, Ordering::Relaxed);
    }

    fn is_cut(&self) -> bool {
        self.cut.load(Ordering::Relaxed)
    }
}

/// Accepts connections, each with its switch.
pub(super) struct Lines {
    listener: TcpListener,
    /// Where TLS is spoken too.
    tls: Option<TlsAcceptor>,
}

impl Lines {
    pub(super) fn new(listener: TcpListener, tls: Option<TlsAcceptor>) -> Self {
        Self { listener, tls }
    }
}

impl Listener for Lines {
    type Io = Wire;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Wire, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.listener).await;
        // Answers are small; waiting to fill a packet would only make them late.
        let _ = stream.set_nodelay(true);
        let stream = match &self.tls {
            Some(tls) => Stream::Fresh(stream, tls.clone()),
            None => Stream::Plain(stream),
        };
        let line = Line::default();
        (Wire { stream, line }, address)
    }

    fn local_addr(&self) -> Result<SocketAddr> {
        self.listener.local_addr()
    }
}

impl Connected<IncomingStream<'_, Lines>> for Line {
    fn connect_info(stream: IncomingStream<'_, Lines>) -> Self {
        stream.io().line.clone()
    }
}

/// A connection with its switch.
pub(super) struct Wire {
    stream: Stream,
    line: Line,
}

enum Stream {
    /// Nothing was read yet.
    Fresh(TcpStream, TlsAcceptor),
    /// In the middle of a handshake.
    Greeting(Accept<TcpStream>),
    Plain(TcpStream),
    Secret(Box<TlsStream<TcpStream>>),
    /// The handshake failed.
    Lost,
}

/// What a connection is read from and written to, once it is known what it speaks.
trait Duplex: AsyncRead + AsyncWrite + Unpin {}

impl<T: AsyncRead + AsyncWrite + Unpin> Duplex for T {}

impl Wire {
    /// Finds out what the connection speaks, and shakes hands where that is TLS.
    fn poll_open(&mut self, context: &mut Context<'_>) -> Poll<Result<()>> {
        loop {
            let next = match &mut self.stream {
                Stream::Plain(_) | Stream::Secret(_) => return Poll::Ready(Ok(())),
                Stream::Lost => return Poll::Ready(Err(ErrorKind::NotConnected.into())),
                Stream::Fresh(stream, _) => {
                    let mut first = [0];
                    let mut buffer = ReadBuf::new(&mut first);
                    ready!(stream.poll_peek(context, &mut buffer))?;
                    let is_tls = buffer.filled() == [HANDSHAKE];
                    match std::mem::replace(&mut self.stream, Stream::Lost) {
                        Stream::Fresh(stream, tls) if is_tls => {
                            Stream::Greeting(tls.accept(stream))
                        }
                        Stream::Fresh(stream, _) => Stream::Plain(stream),
                        other => other,
                    }
                }
                Stream::Greeting(accept) => match ready!(Pin::new(accept).poll(context)) {
                    Ok(stream) => Stream::Secret(Box::new(stream)),
                    Err(refused) => {
                        self.stream = Stream::Lost;
                        return Poll::Ready(Err(refused));
                    }
                },
            };
            self.stream = next;
        }
    }

    fn open(&mut self) -> Result<Pin<&mut dyn Duplex>> {
        match &mut self.stream {
            Stream::Plain(stream) => Ok(Pin::new(stream)),
            Stream::Secret(stream) => Ok(Pin::new(stream.as_mut())),
            Stream::Fresh(..) | Stream::Greeting(_) | Stream::Lost => {
                Err(ErrorKind::NotConnected.into())
            }
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        ready!(self.poll_open(context))?;
        self.open()?.poll_read(context, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize>> {
        if self.line.is_cut() {
            return Poll::Ready(Err(ErrorKind::BrokenPipe.into()));
        }
        ready!(self.poll_open(context))?;
        self.open()?.poll_write(context, bytes)
    }

    /// Before anything was read there is nothing to flush.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        let is_cut = self.line.is_cut();
        match self.open() {
            Ok(stream) if !is_cut => stream.poll_flush(context),
            Ok(_) | Err(_) => Poll::Ready(Ok(())),
        }
    }

    /// A cut connection takes no leave; the system closes it when it is dropped.
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        let is_cut = self.line.is_cut();
        match self.open() {
            Ok(stream) if !is_cut => stream.poll_shutdown(context),
            Ok(_) | Err(_) => Poll::Ready(Ok(())),
        }
    }
}
