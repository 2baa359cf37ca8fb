//! The sandbox's certificates: an authority made at start, and one certificate signed by it.
//!
//! The authority's key is forgotten as soon as it has signed, so that nobody can make another
//! certificate that a client would trust which was told to trust this authority.

use super::StartError;
use jiff::Timestamp;
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CertifiedIssuer, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use std::fs::{self, File};
use std::io::{Error, ErrorKind, Read, Result as IoResult};
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// Whom the certificate stands for: the names that the platform's hosts have on this machine.
const NAMES: [&str; 6] = [
    "localhost",
    "api.localhost",
    "login.localhost",
    "webmessaging.localhost",
    "127.0.0.1",
    "::1",
];
/// How long a certificate is good, in years. No sandbox runs so long.
const YEARS: i16 = 1;
/// How a file of certificates begins.
const ARMOUR: &[u8] = b"-----BEGIN CERTIFICATE-----";

/// What the sandbox shows, and what its clients must trust.
pub(super) struct Authority {
    /// Shakes hands with the certificate.
    pub(super) acceptor: TlsAcceptor,
    /// The authority's own certificate.
    pem: String,
}

impl Authority {
    /// A new authority, and a certificate of its for this machine and the address listened on.
    pub(super) fn new(listen: IpAddr, now: Timestamp) -> Result<Self, StartError> {
        let (authority, certificate, key) = sign(listen, now).map_err(StartError::new_tls)?;
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let chain = vec![certificate.der().clone()];
        let provider = Arc::new(aws_lc_rs::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|config| {
                let config = config.with_no_client_auth();
                config.with_single_cert(chain, key)
            })
            .map_err(StartError::new_tls)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            pem: authority,
        })
    }

    /// Writes the authority's certificate for clients. A file that holds anything else is not overwritten.
    pub(super) fn write(&self, file: &Path) -> IoResult<()> {
        if is_something_else(file)? {
            let problem = "it holds something else than a certificate and is left as it is";
            return Err(Error::new(ErrorKind::AlreadyExists, problem));
        }
        // Written aside and moved into its place, so that no client reads half of it.
        let mut aside = file.as_os_str().to_owned();
        aside.push(format!(".{}", std::process::id()));
        fs::write(&aside, &self.pem)?;
        fs::rename(&aside, file)
    }
}

fn is_something_else(file: &Path) -> IoResult<bool> {
    let mut start = Vec::new();
    match File::open(file) {
        Ok(open) => {
            let length = u64::try_from(ARMOUR.len()).unwrap_or(u64::MAX);
            open.take(length).read_to_end(&mut start)?;
            Ok(!start.is_empty() && start != ARMOUR)
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// The authority's certificate as PEM, and a certificate that it signed with its key.
fn sign(listen: IpAddr, now: Timestamp) -> Result<(String, Certificate, KeyPair), rcgen::Error> {
    let authority = CertifiedIssuer::self_signed(authority(now)?, KeyPair::generate()?)?;
    let key = KeyPair::generate()?;
    let certificate = own(listen, now)?.signed_by(&key, &authority)?;
    Ok((authority.pem(), certificate, key))
}

fn authority(now: Timestamp) -> Result<CertificateParams, rcgen::Error> {
    let mut params = dated(Vec::new(), now)?;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let name = "unstick sandbox authority";
    params.distinguished_name.push(DnType::CommonName, name);
    Ok(params)
}

fn own(listen: IpAddr, now: Timestamp) -> Result<CertificateParams, rcgen::Error> {
    let mut names = NAMES.map(str::to_owned).to_vec();
    let address = listen.to_string();
    if !listen.is_unspecified() && !names.contains(&address) {
        names.push(address);
    }
    let mut params = dated(names, now)?;
    params.use_authority_key_identifier_extension = true;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let name = "unstick sandbox";
    params.distinguished_name.push(DnType::CommonName, name);
    Ok(params)
}

/// Good from yesterday on: clocks differ.
fn dated(names: Vec<String>, now: Timestamp) -> Result<CertificateParams, rcgen::Error> {
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let from = today.yesterday().unwrap_or(today);
    let day = |date: jiff::civil::Date, years: i16| {
        let month = u8::try_from(date.month()).unwrap_or(1);
        // A day that every month of every year has.
        let day = u8::try_from(date.day()).unwrap_or(1).min(28);
        date_time_ymd((date.year() + years).into(), month, day)
    };
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name = rcgen::DistinguishedName::new();
    (params.not_before, params.not_after) = (day(from, 0), day(from, YEARS));
    Ok(params)
}
