//! The vendor's own page about a conversation. Every link to it is made here.

use super::ids::ConversationId;
use super::plan::Scope;

/// Why there is no page.
pub const NONE: &str = "a pretend organisation has no page of the vendor's";

/// The page's address, from the API host of the organisation; a pretend organisation, which is no `api.` host, has none.
pub fn address(scope: &Scope, id: ConversationId) -> Option<String> {
    let domain = scope.api_host.strip_prefix("api.")?;
    Some(format!(
        "https://apps.{domain}/directory/#/analytics/interactions/{id}/admin"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_has_a_page_and_a_loopback_address_has_none() {
        let id = ConversationId::from_u128(1);
        let scope = |host: &str| Scope {
            org_id: String::new(),
            api_host: host.to_owned(),
            client_id: String::new(),
            profile: String::new(),
        };
        let page = address(&scope("api.mypurecloud.ie"), id).unwrap();
        let wanted = "https://apps.mypurecloud.ie/directory/#/analytics/interactions/00000000-0000-0000-0000-000000000001/admin";
        assert_eq!(page, wanted);
        assert_eq!(address(&scope("127.0.0.1:8080"), id), None);
    }
}
