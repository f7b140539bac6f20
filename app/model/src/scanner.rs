//! The words of scanners that are driven: kinds of connector, what a probe finds, how far a run is on the scanner, and what can go
//! wrong on the way. Each is a number in the database and a word everywhere else; what people read for them is in `app/locales`.

use crate::status::worded;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

worded! {
    /// A kind of connector.
    ConnectorKind {
        /// The daemon of ZAP, by its API.
        Zap = 1 "zap",
        /// A Nessus on premises: Manager, Professional, Expert, Essentials.
        Nessus = 2 "nessus",
        /// A command that the operator's configuration allows.
        Command = 3 "command",
        /// A folder that the operator's configuration names, into which something else puts exports.
        Folder = 4 "folder",
        /// Burp Suite Professional, by its REST API 0.1.
        BurpPro = 5 "burp_pro",
        /// Burp Suite DAST (formerly Enterprise Edition), by GraphQL.
        BurpDast = 6 "burp_dast",
        /// Tenable Vulnerability Management, in the cloud.
        TenableVm = 7 "tenable_vm",
        /// A plan of ZAP's Automation Framework, run by the daemon.
        ZapPlan = 8 "zap_plan",
    }
}

impl ConnectorKind {
    /// True if it is reached over HTTP, and so has an address, a secret and a trust in certificates.
    #[must_use]
    pub fn is_remote(self) -> bool {
        !matches!(self, Self::Command | Self::Folder)
    }

    /// True if it keeps the findings of all its scans and hands them out without a new one.
    #[must_use]
    pub fn keeps_findings(self) -> bool {
        self == Self::TenableVm
    }
}

worded! {
    /// What a connector can do with its scanner, as the probe found it.
    Capability {
        /// Start scans, follow them and fetch their results.
        Launch = 1 "launch",
        /// Fetch the results of scans that somebody or something else starts.
        Pull = 2 "pull",
        /// Only see that it is there.
        ReadOnly = 3 "read_only",
    }
}

worded! {
    /// Where a scan is on its scanner, in one vocabulary for all of them.
    Phase {
        /// Accepted, and not yet begun.
        Queued = 1 "queued",
        /// Going on.
        Running = 2 "running",
        /// Halted, by a person on the scanner or by a window of its own.
        Paused = 3 "paused",
        /// Through to its end.
        Done = 4 "done",
        /// Ended before its end by somebody, or by a limit: what it found is a part.
        Canceled = 5 "canceled",
        /// Ended by an error of the scanner's, or forgotten by it.
        Failed = 6 "failed",
    }
}

impl Phase {
    /// True if nothing more comes.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Canceled | Self::Failed)
    }
}

worded! {
    /// What a running scan is busy with.
    Stage {
        /// Getting ready: session, context, queue.
        Preparing = 1 "preparing",
        /// Logging in to the target.
        Login = 2 "login",
        /// Following links.
        Crawl = 3 "crawl",
        /// Following links in a browser.
        BrowserCrawl = 4 "browser_crawl",
        /// Analysing what was exchanged.
        Passive = 5 "passive",
        /// Testing.
        Active = 6 "active",
        /// Whatever the scanner does that it does not tell apart.
        Scanning = 7 "scanning",
        /// Putting results together.
        Finishing = 8 "finishing",
    }
}

worded! {
    /// How hard a scan presses on its targets.
    Intensity {
        /// Few requests at a time, the quick rules.
        Light = 1 "light",
        /// As the scanner does by itself.
        Normal = 2 "normal",
        /// Everything the scanner has.
        Deep = 3 "deep",
    }
}

worded! {
    /// A remark of a probe or a line of a run's log: a fact with a number or a text beside it.
    Note {
        /// Probe: the licence does not let scans be started by API. Pull mode.
        LaunchNotLicensed = 1 "launch_not_licensed",
        /// Probe: the licence ends on that day (text).
        LicenceEnds = 2 "licence_ends",
        /// Probe: the scanner's clock differs from ours by so many seconds (number).
        ClockSkew = 3 "clock_skew",
        /// Probe: a part of the scanner is not installed (text: its name).
        AddOnMissing = 4 "add_on_missing",
        /// Probe: the exchange is not encrypted.
        PlainHttp = 5 "plain_http",
        /// Probe: this scanner cannot be told to stop; canceling stops following it.
        CannotCancel = 6 "cannot_cancel",
        /// Probe: this scanner cannot be asked afterwards whether a scan was started.
        CannotBeAsked = 7 "cannot_be_asked",
        /// Probe: it does one scan at a time.
        OneAtATime = 8 "one_at_a_time",
        /// Probe: its rules are from that day or set (text).
        RuleSet = 9 "rule_set",
        /// Probe: it is still starting (number: percent, if told).
        Starting = 10 "starting",
        /// Log: the scan was accepted (text: the scanner's name for it).
        Accepted = 20 "accepted",
        /// Log: a scan that was running already was taken up (text: its name).
        Adopted = 21 "adopted",
        /// Log: a stage began (text: the stage's word).
        StageBegan = 22 "stage_began",
        /// Log: so many addresses were found (number).
        AddressesFound = 23 "addresses_found",
        /// Log: so many requests were made (number).
        RequestsMade = 24 "requests_made",
        /// Log: so many alerts or issues until now (number).
        AlertsSoFar = 25 "alerts_so_far",
        /// Log: the login was tried and its sign was seen.
        LoggedIn = 26 "logged_in",
        /// Log: the scanner's own words (text).
        ScannerSaid = 27 "scanner_said",
        /// Log: a stage was left out, because the scanner cannot do it (text: the stage's word).
        StageLeftOut = 28 "stage_left_out",
        /// Log: the report has no requests and responses, because the scanner's report folder cannot be reached.
        ReportWithoutExchanges = 29 "report_without_exchanges",
        /// Log: a target was not reached (text).
        TargetNotReached = 30 "target_not_reached",
        /// Log: so many targets are through (number).
        TargetsDone = 31 "targets_done",
        /// Log: the scanner reached its own limit of time.
        OwnLimitReached = 32 "own_limit_reached",
        /// Log: what changed on the scanner since then is fetched (text: the day).
        ChangesSince = 33 "changes_since",
        /// Log: all that the scanner knows is fetched.
        EverythingKnown = 34 "everything_known",
        /// Log: so many parts of the result are ready there (number).
        PartsReady = 35 "parts_ready",
        /// Log: so many parts of the result could not be put together there (number).
        PartsMissing = 36 "parts_missing",
        /// Log: so many findings were fetched (number).
        FindingsFetched = 37 "findings_fetched",
    }
}

worded! {
    /// What went wrong with a scanner. Whether it is tried again is [`FaultCode::retry`].
    FaultCode {
        /// A setting of the connector cannot be (detail: which).
        Settings = 1 "settings",
        /// The host's name is not known.
        NameUnknown = 2 "name_unknown",
        /// The address is one that Postura may not connect to (detail: the address).
        AddressRefused = 3 "address_refused",
        /// Nothing answers at the address.
        Unreachable = 4 "unreachable",
        /// Connected, and no answer in time.
        NoAnswer = 5 "no_answer",
        /// The connection was closed without an answer.
        ClosedSilently = 6 "closed_silently",
        /// ZAP closed the connection without an answer: the API key is wrong, or our address is not permitted there. In the
        /// middle of a run, in which the key was right, it is rather ZAP that ended.
        KeyOrAddressRefused = 7 "key_or_address_refused",
        /// The answer broke off before its end.
        CutOff = 8 "cut_off",
        /// No encrypted connection could be agreed on.
        Tls = 9 "tls",
        /// The certificate is signed by nobody who is trusted.
        CertificateUntrusted = 10 "certificate_untrusted",
        /// The certificate's time is over, or has not come.
        CertificateExpired = 11 "certificate_expired",
        /// The certificate is for another name.
        CertificateName = 12 "certificate_name",
        /// The certificate is not the one that was confirmed (detail: the fingerprint of the one that came).
        CertificateChanged = 13 "certificate_changed",
        /// The scanner sends us elsewhere (detail: where), which is not followed.
        Redirected = 14 "redirected",
        /// The key, the name or the password is wrong.
        Auth = 15 "auth",
        /// Known, and not permitted.
        Forbidden = 16 "forbidden",
        /// Too many requests; it says how long to wait.
        RateLimited = 17 "rate_limited",
        /// It is starting, overloaded or behind a broken gateway.
        Unavailable = 18 "unavailable",
        /// It is busy with another scan, or this one is in a state that does not allow it.
        Busy = 19 "busy",
        /// The edition or licence does not allow it.
        NotLicensed = 20 "not_licensed",
        /// It does not know the scan: it was deleted there, or the scanner was restarted.
        Gone = 21 "gone",
        /// It refuses what was asked (detail: its words).
        Refused = 22 "refused",
        /// The login to the target did not show its sign.
        LoginFailed = 23 "login_failed",
        /// A part of the scanner is needed that is not installed (detail: its name).
        AddOnMissing = 24 "add_on_missing",
        /// The export ended in an error on the scanner.
        ExportFailed = 25 "export_failed",
        /// More bytes than may be.
        TooBig = 26 "too_big",
        /// It took longer than may be.
        TooLong = 27 "too_long",
        /// The answer is not what the scanner's API gives (detail: what was expected).
        Protocol = 28 "protocol",
        /// This kind of scanner cannot do that.
        Unsupported = 29 "unsupported",
        /// The command ended with an error (detail: its status and the end of what it said).
        CommandFailed = 30 "command_failed",
        /// A file or folder of our own cannot be read or written.
        LocalFile = 31 "local_file",
        /// None of the targets was reached by the scanner.
        TargetUnreachable = 32 "target_unreachable",
    }
}

/// Whether what went wrong is worth another try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// No: it fails again until a person changes something.
    Never,
    /// Yes, with growing pauses; a scanner that says how long to wait is waited for.
    Later,
    /// Yes, and only where the scan was not begun yet: it waits for its turn.
    WhenFree,
}

impl FaultCode {
    /// Whether it is the certificate that is not taken.
    #[must_use]
    pub fn is_of_certificate(self) -> bool {
        matches!(
            self,
            Self::CertificateUntrusted | Self::CertificateExpired | Self::CertificateName | Self::CertificateChanged
        )
    }

    /// Whether another try is worth it. Errors of the way there and of overload pass; refusals do not
    /// (400, 401, 403, 404 and 412 are answers, not accidents).
    #[must_use]
    pub fn retry(self) -> Retry {
        match self {
            Self::NameUnknown
            | Self::Unreachable
            | Self::NoAnswer
            | Self::ClosedSilently
            | Self::KeyOrAddressRefused
            | Self::CutOff
            | Self::RateLimited
            | Self::Unavailable => Retry::Later,
            Self::Busy => Retry::WhenFree,
            Self::Settings
            | Self::AddressRefused
            | Self::Tls
            | Self::CertificateUntrusted
            | Self::CertificateExpired
            | Self::CertificateName
            | Self::CertificateChanged
            | Self::Redirected
            | Self::Auth
            | Self::Forbidden
            | Self::NotLicensed
            | Self::Gone
            | Self::Refused
            | Self::LoginFailed
            | Self::AddOnMissing
            | Self::ExportFailed
            | Self::TooBig
            | Self::TooLong
            | Self::Protocol
            | Self::Unsupported
            | Self::CommandFailed
            | Self::LocalFile
            | Self::TargetUnreachable => Retry::Never,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn numbers_and_words_are_distinct() {
        let words: BTreeSet<&str> = FaultCode::ALL.iter().map(|code| code.word()).collect();
        let numbers: BTreeSet<i16> = FaultCode::ALL.iter().map(|code| code.number()).collect();
        assert_eq!((words.len(), numbers.len()), (FaultCode::ALL.len(), FaultCode::ALL.len()));
        let notes: BTreeSet<i16> = Note::ALL.iter().map(|note| note.number()).collect();
        assert_eq!(notes.len(), Note::ALL.len());
    }
}
