//! Connections: accepted one by one, plain or TLS on the same port, each with a switch that cuts it.
//!
//! What a connection speaks is seen from its first byte, and a handshake is made when the connection
//! is first read: nobody waits for somebody else's.

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use std::io::{ErrorKind, Result};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
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
    state: Arc<Mutex<State>>,
}

/// What may still be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Open,
    /// The head of the next answer, of whose end so many bytes were seen, and then so many bytes.
    Head {
        seen: usize,
        body: u64,
        reset: bool,
    },
    /// So many bytes.
    Body {
        left: u64,
        reset: bool,
    },
    Cut,
    /// Cut, and the other side is to be told so by a TCP reset.
    Reset,
}

/// What ends the head of an answer.
const END_OF_HEAD: &[u8] = b"\r\n\r\n";

impl State {
    fn cut(reset: bool) -> Self {
        if reset { Self::Reset } else { Self::Cut }
    }

    fn is_cut(self) -> bool {
        matches!(self, Self::Cut | Self::Reset)
    }

    /// How many of these bytes may be written, and what may be written after them.
    fn allow(self, bytes: &[u8]) -> (usize, Self) {
        match self {
            Self::Open => (bytes.len(), self),
            Self::Cut | Self::Reset => (0, self),
            Self::Body { left, reset } => {
                let allowed = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
                let left = left.saturating_sub(u64::try_from(allowed).unwrap_or(left));
                let next = if left == 0 {
                    Self::cut(reset)
                } else {
                    Self::Body { left, reset }
                };
                (allowed, next)
            }
            Self::Head {
                mut seen,
                body,
                reset,
            } => {
                for (index, byte) in bytes.iter().enumerate() {
                    seen = match END_OF_HEAD.get(seen) {
                        Some(wanted) if wanted == byte => seen + 1,
                        _ => usize::from(END_OF_HEAD.first() == Some(byte)),
                    };
                    if seen == END_OF_HEAD.len() {
                        let rest = bytes.get(index + 1..).unwrap_or_default();
                        let left = Self::Body { left: body, reset };
                        let (allowed, next) = if body == 0 {
                            (0, Self::cut(reset))
                        } else {
                            left.allow(rest)
                        };
                        return (index + 1 + allowed, next);
                    }
                }
                (bytes.len(), Self::Head { seen, body, reset })
            }
        }
    }
}

impl Line {
    /// Lets nothing more through.
    pub(super) fn cut(&self) {
        self.cut_now(false);
    }

    /// The same, perhaps by a TCP reset.
    pub(super) fn cut_now(&self, reset: bool) {
        self.set(State::cut(reset));
    }

    /// Lets the head of the next answer through and so many bytes of its body.
    pub(super) fn cut_after(&self, body: u64, reset: bool) {
        self.set(State::Head {
            seen: 0,
            body,
            reset,
        });
    }

    fn set(&self, state: State) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }

    fn state(&self) -> State {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner)
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
        let wire = Wire {
            stream,
            line,
            wrote: false,
        };
        (wire, address)
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
    /// Whether anything was ever written.
    wrote: bool,
}

enum Stream {
    /// Nothing was read yet.
    Fresh(TcpStream, TlsAcceptor),
    /// In the middle of a handshake.
    Greeting(Box<Accept<TcpStream>>),
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
                            Stream::Greeting(Box::new(tls.accept(stream)))
                        }
                        Stream::Fresh(stream, _) => Stream::Plain(stream),
                        other => other,
                    }
                }
                Stream::Greeting(accept) => match ready!(Pin::new(accept.as_mut()).poll(context)) {
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

impl Wire {
    /// Writes what is allowed; what was allowed leaves before the connection ends.
    fn poll_allowed(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        let state = self.line.state();
        if state.is_cut() {
            if self.wrote {
                ready!(self.open()?.poll_flush(context))?;
            }
            if state == State::Reset {
                self.reset();
            }
            return Poll::Ready(Err(ErrorKind::BrokenPipe.into()));
        }
        let (allowed, _) = state.allow(bytes);
        let allowed = bytes.get(..allowed).unwrap_or_default();
        let written = ready!(self.open()?.poll_write(context, allowed))?;
        self.wrote = true;
        // The switch may have been thrown meanwhile; then what it says now holds.
        if self.line.state() == state {
            let written = allowed.get(..written).unwrap_or_default();
            self.line.set(state.allow(written).1);
        }
        Poll::Ready(Ok(written))
    }

    /// Lets the system close the connection by a reset.
    fn reset(&self) {
        let stream = match &self.stream {
            Stream::Plain(stream) | Stream::Fresh(stream, _) => stream,
            Stream::Secret(stream) => stream.get_ref().0,
            Stream::Greeting(_) | Stream::Lost => return,
        };
        // Where the system cannot, the connection is closed all the same.
        let _ = stream.set_zero_linger();
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize>> {
        ready!(self.poll_open(context))?;
        self.poll_allowed(context, bytes)
    }

    /// Before anything was read there is nothing to flush.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        match self.open() {
            Ok(stream) => stream.poll_flush(context),
            Err(_) => Poll::Ready(Ok(())),
        }
    }

    /// A cut connection takes no leave; the system closes it when it is dropped.
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        let state = self.line.state();
        if state == State::Reset {
            self.reset();
        }
        match self.open() {
            Ok(stream) if !state.is_cut() => stream.poll_shutdown(context),
            Ok(_) | Err(_) => Poll::Ready(Ok(())),
        }
    }
}

/// A connection that nobody wrote on any more may be reset too.
impl Drop for Wire {
    fn drop(&mut self) {
        if self.line.state() == State::Reset {
            self.reset();
        }
    }
}

#[cfg(test)]
mod tests;
