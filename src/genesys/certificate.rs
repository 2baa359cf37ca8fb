//! Who signed the certificate of the platform's host, read out of the certificate itself: a company's own authority in the public one's
//! place means that somebody reads along. Only the issuer's name is read; whether the certificate is good is decided elsewhere.

use crate::domain::text::Text;

/// DER's tags (ITU-T X.690).
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const OBJECT: u8 = 0x06;
const VERSION: u8 = 0xa0;
/// X.520's names of an organisation and of a common name (2.5.4.10, 2.5.4.3).
const ORGANISATION: [u8; 3] = [0x55, 0x04, 0x0a];
const COMMON_NAME: [u8; 3] = [0x55, 0x04, 0x03];

/// The issuer of a certificate in DER: organisation and common name, as far as they are there.
pub(super) fn issuer(certificate: &[u8]) -> Option<Text> {
    let (SEQUENCE, whole, _) = element(certificate)? else {
        return None;
    };
    let (SEQUENCE, signed, _) = element(whole)? else {
        return None;
    };
    // Version (if it says one), serial number, algorithm, issuer.
    let (first, _, rest) = element(signed)?;
    let after_serial = if first == VERSION {
        element(rest)?.2
    } else {
        rest
    };
    let (_, _, after_algorithm) = element(after_serial)?;
    let (SEQUENCE, issuer, _) = element(after_algorithm)? else {
        return None;
    };
    let names = [ORGANISATION, COMMON_NAME];
    let found: Vec<String> = names
        .iter()
        .filter_map(|name| named(issuer, *name))
        .collect();
    (!found.is_empty()).then(|| Text::clean(&found.join(", ")))
}

/// The first value of this name among a distinguished name's parts.
fn named(mut parts: &[u8], name: [u8; 3]) -> Option<String> {
    while let Some((tag, set, rest)) = element(parts) {
        parts = rest;
        let Some((SEQUENCE, pair, _)) = element(set).filter(|_| tag == SET) else {
            continue;
        };
        if let Some((OBJECT, object, value)) = element(pair)
            && object == name
        {
            let (_, value, _) = element(value)?;
            return Some(String::from_utf8_lossy(value).into_owned());
        }
    }
    None
}

/// The first element's tag and contents, and what follows it.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, mut rest) = rest.split_first()?;
    let mut length = usize::from(first);
    if first & 0x80 != 0 {
        let count = usize::from(first & 0x7f);
        // A certificate's lengths have at most three bytes.
        let digits = rest.get(..count).filter(|_| (1..=3).contains(&count))?;
        length = digits
            .iter()
            .fold(0, |sum, digit| sum << 8 | usize::from(*digit));
        rest = rest.get(count..)?;
    }
    Some((tag, rest.get(..length)?, rest.get(length..)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};

    fn signed_by(organisation: Option<&str>, name: &str) -> Vec<u8> {
        let mut authority = CertificateParams::default();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        if let Some(organisation) = organisation {
            let kind = DnType::OrganizationName;
            authority.distinguished_name.push(kind, organisation);
        }
        authority.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        let authority = CertifiedIssuer::self_signed(authority, key).unwrap();
        let host = CertificateParams::new(vec!["api.example.org".to_owned()]).unwrap();
        let own_key = KeyPair::generate().unwrap();
        host.signed_by(&own_key, &authority).unwrap().der().to_vec()
    }

    #[test]
    fn t48_the_issuer_is_read_out_of_a_certificate() {
        let whole = signed_by(Some("Acme Security"), "Acme Inspection CA");
        assert_eq!(
            issuer(&whole).unwrap().as_str(),
            "Acme Security, Acme Inspection CA"
        );
        let long = "n".repeat(200);
        assert_eq!(issuer(&signed_by(None, &long)).unwrap().as_str(), long);
    }

    #[test]
    fn what_is_no_certificate_has_no_issuer_and_nothing_panics() {
        let whole = signed_by(Some("Acme"), "CA");
        for length in 0..whole.len().min(400) {
            let _ = issuer(&whole[..length]);
            let mut bent = whole.clone();
            bent[length] ^= 0xff;
            let _ = issuer(&bent);
        }
        assert!(issuer(b"").is_none());
        assert!(issuer(&[SEQUENCE, 0x84, 0xff, 0xff, 0xff, 0xff, 1]).is_none());
    }
}
