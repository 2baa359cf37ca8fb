use super::*;

#[test]
fn every_region_has_its_two_hosts_and_a_misspelt_one_is_told_the_nearest() {
    for (region, domain) in REGIONS {
        let addresses = Addresses::of_region(region).unwrap();
        assert_eq!(addresses.api.as_str(), format!("https://api.{domain}"));
        assert_eq!(addresses.login.host(), format!("login.{domain}"));
        assert!(!addresses.api.is_loopback());
    }
    let error = Addresses::of_region("eu-west-11").unwrap_err().to_string();
    assert!(error.contains("`eu-west-1`"), "{error}");
}

#[test]
fn no_hostile_base_url_gets_a_token() {
    let hostile = [
        "",
        "https://",
        "api.mypurecloud.com",
        "http://api.mypurecloud.com",
        "HTTPS://api.mypurecloud.com",
        "https://API.mypurecloud.com",
        "https://api.mypurecloud.com.evil.io",
        "https://api.mypurecloud.com.",
        "https://api.mypurecloud.com:443",
        "https://api.mypurecloud.com:8443",
        "https://api.mypurecloud.com/",
        "https://api.mypurecloud.com/api",
        "https://api.mypurecloud.com/../evil",
        "https://api.mypurecloud.com?x=1",
        "https://api.mypurecloud.com#x",
        "https://api.mypurecloud.com\\@evil.io",
        "https://api.mypurecloud.com@evil.io",
        "https://user:pass@api.mypurecloud.com",
        "https://evil.io/api.mypurecloud.com",
        "https://evil.io#api.mypurecloud.com",
        "https://evil.io?api.mypurecloud.com",
        "https://xapi.mypurecloud.com",
        "https://api-mypurecloud.com",
        "https://api.mypurecloud.co",
        "https://api.mypurecloud.org",
        "https://api.evil.mypurecloud.com",
        "https://login.mypurecloud.com",
        "https://apps.mypurecloud.com",
        "https://api.myp\u{443}recloud.com",
        "https://api.mypurecloud\u{3002}com",
        "https://api.mypurecloud.com\n.evil.io",
        "https://api.mypurecloud.com\t",
        " https://api.mypurecloud.com",
        "https://api.pure.cloud",
        "https://api..pure.cloud",
        "https://api.a.b.pure.cloud",
        "https://api.evil-pure.cloud",
        "https://api.evil.io%2f.pure.cloud",
        "https://api.evil/x.pure.cloud",
        "https://api.xn--80ak6aa92e.com",
        "http://localhost:8080",
        "http://127.0.0.1",
        "http://127.0.0.1:0",
        "http://127.0.0.1:8080/path",
        "http://127.0.0.1:8080@evil.io",
        "http://evil@127.0.0.1:8080",
        "http://127.0.0.1.evil.io:8080",
        "http://127.1:8080",
        "http://2130706433:8080",
        "http://0.0.0.0:8080",
        "http://10.0.0.5:8080",
        "http://[::ffff:10.0.0.5]:8080",
        "http://127.0.0.1:65536",
        "http://127.0.0.1:8080?x=1",
        "http://127.0.0.1:8080#x",
        "http://127.0.0.1:8080//",
        "http://127.0.0.1:8080\\@evil.io",
        "http://[::1%25lo]:8080",
        "http://[::1]",
        "http://0x7f000001:8080",
        "http://0177.0.0.1:8080",
        "http://127.0.0.1\u{200b}:8080",
        "http://１２７.0.0.1:8080",
        "https://api.mypurecloud.com\u{0}",
        "https://api.mypurecloud.com%00.evil.io",
        "https:api.mypurecloud.com",
        "https:/api.mypurecloud.com",
        "https:\\\\api.mypurecloud.com",
        "//api.mypurecloud.com",
        "javascript:alert(1)//api.mypurecloud.com",
        "file:///etc/passwd",
        "ws://127.0.0.1:8080",
    ];
    assert!(hostile.len() >= 60, "{}", hostile.len());
    for text in hostile {
        assert!(BaseUrl::api(text).is_err(), "{text:?} was accepted");
    }
    for good in [
        "https://api.mypurecloud.com",
        "https://api.zzz9.pure.cloud",
        "http://127.0.0.1:8080",
        "https://127.0.0.1:8080/",
        "http://[::1]:8080",
    ] {
        assert!(BaseUrl::api(good).is_ok(), "{good:?} was refused");
    }
}

#[test]
fn what_may_be_a_secret_in_a_url_is_not_repeated_in_its_refusal() {
    for url in [
        "https://user:canary@api.mypurecloud.com",
        "http://canary@127.0.0.1:8080",
        "canary@127.0.0.1",
        "http://a@canary@127.0.0.1:8080",
        "https://evil.io/?token=canary",
        "https://evil.io?canary",
        "//canary:x@evil.io",
    ] {
        let error = BaseUrl::api(url).unwrap_err().to_string();
        assert!(!error.contains("canary"), "{error}");
    }
    assert_eq!(shown("https://u:p@h.io/a?b=c"), "https://…@h.io/a?…");
    assert_eq!(shown("https://h.io/a"), "https://h.io/a");
    assert_eq!(shown("eu-west-11"), "eu-west-11");
}

#[test]
fn a_loopback_profile_takes_no_real_host_and_a_real_one_no_loopback() {
    let real = "https://api.mypurecloud.com";
    assert!(Addresses::of_loopback(real, "http://127.0.0.1:1").is_err());
    assert!(Addresses::of_domain("127.0.0.1:8080").is_err());
    assert_eq!(
        BaseUrl::api("http://127.0.0.1:8080/").unwrap().host(),
        "127.0.0.1:8080"
    );
}
