//! A line between a client and a sandbox that can be cut, so that connections are refused, and mended again on the same port.

use std::net::SocketAddr;
use std::sync::Mutex;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// The line.
pub(crate) struct Relay {
    at: SocketAddr,
    to: String,
    carrying: Mutex<Option<JoinHandle<()>>>,
}

impl Relay {
    /// A line that leads to this address.
    pub(crate) async fn to(url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let to = url.rsplit("//").next().unwrap().to_owned();
        Self {
            at: listener.local_addr().unwrap(),
            carrying: Mutex::new(Some(tokio::spawn(carry(listener, to.clone())))),
            to,
        }
    }

    /// Where it begins.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.at)
    }

    /// From now on connections are refused, and those that are open break.
    pub(crate) async fn cut(&self) {
        let carrying = self.carrying.lock().unwrap().take();
        if let Some(carrying) = carrying {
            carrying.abort();
            let _ = carrying.await;
        }
    }

    /// From now on it leads there again.
    pub(crate) async fn mend(&self) {
        let listener = TcpListener::bind(self.at).await.unwrap();
        let carrying = tokio::spawn(carry(listener, self.to.clone()));
        *self.carrying.lock().unwrap() = Some(carrying);
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        if let Some(carrying) = self.carrying.lock().unwrap().take() {
            carrying.abort();
        }
    }
}

async fn carry(listener: TcpListener, to: String) {
    let mut lines = JoinSet::new();
    while let Ok((mut near, _)) = listener.accept().await {
        let to = to.clone();
        lines.spawn(async move {
            if let Ok(mut far) = TcpStream::connect(to).await {
                // How a line ends is the ends' affair.
                let _ = copy_bidirectional(&mut near, &mut far).await;
            }
        });
    }
}
