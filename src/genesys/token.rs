//! The token: fetched once for many callers, renewed a minute before it runs out and once after a 401. A person's token cannot be fetched:
//! it comes of a code, and is renewed only where the platform gave the means for it. Bound to the login host of the profile; it is never
//! written anywhere.

mod granted;

use std::sync::{Arc, PoisonError};

use jiff::{SignedDuration, Timestamp};
use reqwest::Request;
use secrecy::SecretString;
use tokio::sync::{Mutex, watch};

use super::carrier::Carrier;
use super::grant::{self, Code, Grant, Shown};
use super::ledger::Errand;
use super::sign_in::Secret;
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::moment::after;
use crate::domain::rulings;
use crate::domain::text::Text;
use crate::engine::ports::{Pass, RateHeaders};
use crate::settings::region::BaseUrl;

/// How long before its end a token is renewed; a token that lives shorter than twice this, at half its life.
const MARGIN: SignedDuration = SignedDuration::from_secs(60);

/// The life of a token that does not say its own.
const UNSAID_LIFE: i64 = 300;

/// A token. Its number tells a renewed one from the one that was refused.
#[derive(Clone)]
pub(super) struct Token {
    pub(super) value: SecretString,
    pub(super) number: u64,
    pub(super) renew_at: Timestamp,
    pub(super) good_until: Timestamp,
}

/// Fetches and keeps the token.
pub(super) struct Tokens {
    carrier: Carrier,
    login: BaseUrl,
    client_id: String,
    grant: Grant,
    pub(super) secret: Secret,
    /// How many fetches have ended, well or not.
    fetches: watch::Sender<u64>,
    kept: Arc<Mutex<Kept>>,
    /// The kept token once more, for those who may not wait: none while one is fetched.
    held: std::sync::Mutex<Option<Token>>,
    /// What a person's code was redeemed for and nobody asks with yet. Where both are locked, `kept` is first.
    redeemed: Arc<Mutex<Option<Fetched>>>,
}

#[derive(Default)]
struct Kept {
    token: Option<Token>,
    failed: Option<Failure>,
    /// The token that the service last refused for a request that changes something, until such a request passes.
    refused: Option<u64>,
    /// What gets a person's next token without the person.
    renewing: Option<SecretString>,
    /// The number of the newest token there ever was.
    newest: u64,
}

impl Tokens {
    pub(super) fn new(carrier: Carrier, login: BaseUrl, client_id: String, grant: Grant) -> Self {
        Self {
            carrier,
            login,
            client_id,
            secret: Secret::of(&grant),
            grant,
            fetches: watch::Sender::new(0),
            kept: Arc::default(),
            held: std::sync::Mutex::default(),
            redeemed: Arc::default(),
        }
    }

    /// How many fetches have ended, well or not.
    pub(super) fn fetches(&self) -> u64 {
        *self.fetches.borrow()
    }

    /// Tells of every fetch that ends.
    pub(super) fn follow_fetches(&self) -> watch::Receiver<u64> {
        self.fetches.subscribe()
    }

    pub(super) fn client_id(&self) -> &str {
        &self.client_id
    }

    pub(super) fn login(&self) -> &BaseUrl {
        &self.login
    }

    pub(super) fn grant(&self) -> &Grant {
        &self.grant
    }

    /// The token, if one is there that need not be renewed. It never waits, as evidence grows old meanwhile: while somebody fetches one,
    /// there is none.
    pub(super) fn held(&self) -> Option<Token> {
        let now = (self.carrier.now)();
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.clone().filter(|token| now < token.renew_at)
    }

    /// What those get from now on who may not wait. Called under the lock of `kept` whenever its token changes.
    fn hold(&self, token: Option<Token>) {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = token;
    }

    /// A token that is good for a while. The pass is spent if it had to be fetched.
    pub(super) async fn current(self: &Arc<Self>, pass: &mut Pass) -> Result<Token, Failure> {
        let now = (self.carrier.now)();
        self.token_where(pass, |token| now < token.renew_at).await
    }

    /// Another token than the one that was refused. The pass is spent if it had to be fetched.
    pub(super) async fn renew(
        self: &Arc<Self>,
        refused: &Token,
        pass: &mut Pass,
    ) -> Result<Token, Failure> {
        self.token_where(pass, |token| token.number != refused.number)
            .await
    }

    /// The kept token was revoked: whoever needs one next fetches another.
    pub(super) async fn expire(&self) {
        let mut kept = self.kept.lock().await;
        self.hold(None);
        if let Some(token) = &mut kept.token {
            token.renew_at = Timestamp::UNIX_EPOCH;
        }
    }

    /// Whether a 401 on a request that changes something is worth a new token: not if the refused token was fetched for that very reason.
    pub(super) async fn may_renew_for_act(&self, refused: &Token) -> bool {
        let mut kept = self.kept.lock().await;
        match kept.refused {
            Some(before) if before != refused.number => {
                kept.refused = None;
                false
            }
            _ => {
                kept.refused = Some(refused.number);
                true
            }
        }
    }

    /// A request that changes something got past the sign-in with this token.
    pub(super) async fn act_passed(&self, token: &Token) {
        let mut kept = self.kept.lock().await;
        if kept.refused.is_some_and(|refused| refused < token.number) {
            kept.refused = None;
        }
    }

    /// The kept token if it is good, else a new one. Whoever waited while somebody else fetched shares what came of it, a failure too.
    /// Whoever asked may stop waiting: what renews a token is taken once, so what came for it is kept all the same.
    async fn token_where(
        self: &Arc<Self>,
        pass: &mut Pass,
        is_good: impl Fn(&Token) -> bool,
    ) -> Result<Token, Failure> {
        let seen = self.fetches();
        let mut kept = Arc::clone(&self.kept).lock_owned().await;
        if let Some(token) = kept.token.as_ref().filter(|token| is_good(token)) {
            return Ok(token.clone());
        }
        let ended = self.fetches();
        if ended != seen
            && let Some(failure) = &kept.failed
        {
            return Err(failure.clone());
        }
        let request = match self.next_request(&kept) {
            Ok(request) => request,
            Err(failure) => {
                // It has run out or was refused: shown again, it would only be refused again.
                kept.token = None;
                self.hold(None);
                return Err(failure);
            }
        };
        self.hold(None);
        let tokens = Arc::clone(self);
        let fetching = tokio::spawn(async move {
            let fetched = tokens.fetch(request, &kept).await;
            tokens.take_in(&mut kept, fetched)
        });
        let fetched = fetching.await;
        pass.spend();
        fetched.map_err(fell_over)?
    }

    /// Redeems a person's code, for a token that nobody asks with yet. The pass is spent. Whoever asked may stop waiting: what came for the
    /// code is kept all the same, to be given back.
    pub(super) async fn redeem(
        self: &Arc<Self>,
        code: &Code,
        pass: &mut Pass,
    ) -> Result<Token, Failure> {
        let request = self.request(&Shown::Code(code))?;
        let mut redeemed = Arc::clone(&self.redeemed).lock_owned().await;
        let tokens = Arc::clone(self);
        let redeeming = tokio::spawn(async move {
            let fetched = tokens.fetch(request, &Kept::default()).await?;
            let token = fetched.token.clone();
            *redeemed = Some(fetched);
            Ok(token)
        });
        let token = redeeming.await;
        pass.spend();
        token.map_err(fell_over)?
    }

    /// Everybody asks with what was redeemed from now on; refused where it was given back meanwhile.
    pub(super) async fn put_in_use(&self) -> Result<(), Failure> {
        let mut kept = self.kept.lock().await;
        let Some(redeemed) = self.redeemed.lock().await.take() else {
            return Err(Failure::signed_out("the sign-in was given up"));
        };
        // What renewed an earlier sign-in may be somebody else's.
        kept.renewing = None;
        let number = kept.newest + 1;
        let token = Token {
            number,
            ..redeemed.token
        };
        self.take_in(&mut kept, Ok(Fetched { token, ..redeemed }))
            .map(drop)
    }

    /// What was redeemed and is not in use is not kept any more: it was given back.
    pub(super) async fn drop_redeemed(&self) {
        self.redeemed.lock().await.take();
    }

    /// The token, if there is one that is worth anything still; and nothing of it is left here.
    pub(super) async fn forget(&self) -> Option<Token> {
        let now = (self.carrier.now)();
        let mut kept = self.kept.lock().await;
        kept.renewing = None;
        self.hold(None);
        kept.token.take().filter(|token| now < token.good_until)
    }

    /// The same of what is redeemed just now, which is waited for: it is in use, or will never be.
    pub(super) async fn forget_redeemed(&self) -> Option<Token> {
        let redeemed = self.redeemed.lock().await.take();
        match redeemed {
            Some(redeemed) => Some(redeemed.token),
            None => self.forget().await,
        }
    }

    /// Keeps what came of a fetch, for all who wait for it.
    fn take_in(
        &self,
        kept: &mut Kept,
        fetched: Result<Fetched, Failure>,
    ) -> Result<Token, Failure> {
        self.fetches.send_modify(|fetches| *fetches += 1);
        match fetched {
            Ok(Fetched { token, renewing }) => {
                self.hold(Some(token.clone()));
                kept.failed = None;
                kept.newest = token.number;
                kept.token = Some(token.clone());
                // A platform that gives no new means of renewing lets the old one stand (RFC 6749, 6).
                kept.renewing = renewing.or(kept.renewing.take());
                Ok(token)
            }
            Err(failure) => {
                if failure.kind == FailureKind::SignInRefused {
                    // What was refused is not shown again: only the person can help.
                    kept.renewing = None;
                }
                kept.failed = Some(failure.clone());
                self.hold(kept.token.clone());
                Err(failure)
            }
        }
    }

    /// The request that gets the next token, if any can: a person's token that cannot be renewed has ended, and nothing is sent.
    fn next_request(&self, kept: &Kept) -> Result<Request, Failure> {
        match (&self.grant, &kept.renewing) {
            (Grant::ClientCredentials(_), _) => self.request(&Shown::Secret),
            (
                Grant::Code {
                    secret: Some(_), ..
                },
                Some(renewing),
            ) => self.request(&Shown::Renewal(renewing)),
            (Grant::Code { .. }, _) if kept.newest == 0 => {
                Err(Failure::signed_out("nobody has signed in yet"))
            }
            (Grant::Code { .. }, _) => Err(Failure::signed_out(
                "the sign-in has ended, and cannot be renewed without the person",
            )),
        }
    }

    /// A request for a token. Nothing is sent yet.
    pub(super) fn request(&self, shown: &Shown<'_>) -> Result<Request, Failure> {
        let (http, secret) = (&self.carrier.http, self.secret.get());
        grant::request(http, &self.login, &self.client_id, secret.as_ref(), shown)
    }

    async fn fetch(&self, request: Request, kept: &Kept) -> Result<Fetched, Failure> {
        let answer = self
            .carrier
            .carry_for(request, Errand::token())
            .await
            .map_err(before_the_request)?;
        // The login host counts apart, so only its refusal concerns the shared budget: without a token nobody can send anyway.
        self.carrier.limiter.observe(RateHeaders {
            limited: answer.rate.limited,
            ..RateHeaders::default()
        });
        let asked_at = answer.sent_at;
        let granted = granted::of(&answer).map_err(before_the_request)?;
        let life = SignedDuration::from_secs(granted.expires_in.unwrap_or(UNSAID_LIFE).max(0));
        // What cannot be renewed is good to its end.
        let can_renew = match &self.grant {
            Grant::ClientCredentials(_) => true,
            Grant::Code { secret, .. } => {
                let renewing = granted.refresh_token.as_ref().or(kept.renewing.as_ref());
                secret.is_some() && renewing.is_some()
            }
        };
        let good_for = if can_renew {
            (life - MARGIN).max(life / 2)
        } else {
            life
        };
        Ok(Fetched {
            token: Token {
                value: granted.access_token,
                number: kept.newest + 1,
                renew_at: after(asked_at, good_for),
                good_until: after(asked_at, life),
            },
            renewing: granted.refresh_token,
        })
    }
}

/// A task that fetched ended without an answer.
fn fell_over(_: tokio::task::JoinError) -> Failure {
    Failure::local(FailureKind::NotSent, "the sign-in fell over")
}

/// What a fetch brought.
struct Fetched {
    token: Token,
    renewing: Option<SecretString>,
}

/// The request that wanted the token was not sent, however the fetch went.
fn before_the_request(mut failure: Failure) -> Failure {
    failure.kind = rulings::of_sign_in(failure.kind);
    failure.said = Text::clean(&format!("sign-in: {}", failure.said));
    failure
}
