//! The guest's socket: plain, or over TLS where the sandbox's address says so. It goes to the sandbox that was named and nowhere else.

use std::io::{Error, ErrorKind};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tokio_tungstenite::tungstenite;
use tokio_tungstenite::{WebSocketStream, client_async};

/// How long connecting may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a socket is read from and written to.
pub(super) trait Duplex: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Duplex for T {}

/// A guest's socket.
pub(super) type Socket = WebSocketStream<Box<dyn Duplex>>;

/// Opens a socket below the address of a sandbox. `trusted` is the authority of a sandbox that speaks TLS, in PEM.
pub(super) async fn dial(
    url: &str,
    path: &str,
    trusted: Option<&[u8]>,
) -> Result<Socket, tungstenite::Error> {
    let connecting = async {
        let (is_secret, host) = match url.split_once("://") {
            Some(("https", host)) => (true, host),
            Some((_, host)) => (false, host),
            None => (false, url),
        };
        let host = host.trim_end_matches('/');
        let plain = TcpStream::connect(host).await?;
        let stream: Box<dyn Duplex> = if is_secret {
            Box::new(shake_hands(plain, host, trusted).await?)
        } else {
            Box::new(plain)
        };
        let scheme = if is_secret { "wss" } else { "ws" };
        let (socket, _) = client_async(format!("{scheme}://{host}{path}"), stream).await?;
        Ok(socket)
    };
    let in_time = tokio::time::timeout(PATIENCE, connecting).await;
    in_time.unwrap_or_else(|_| Err(Error::from(ErrorKind::TimedOut).into()))
}

async fn shake_hands(
    plain: TcpStream,
    host: &str,
    trusted: Option<&[u8]>,
) -> Result<TlsStream<TcpStream>, Error> {
    let mut roots = RootCertStore::empty();
    let pem = trusted.unwrap_or_default();
    roots.add_parsable_certificates(CertificateDer::pem_slice_iter(pem).filter_map(Result::ok));
    let provider = Arc::new(aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(Error::other)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let name = name.trim_start_matches('[').trim_end_matches(']');
    let name = ServerName::try_from(name.to_owned()).map_err(Error::other)?;
    let connector = TlsConnector::from(Arc::new(config));
    connector.connect(name, plain).await
}
