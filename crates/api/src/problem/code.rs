//! The stable codes of problems, each with its status, its title and what to do about it.

use http::StatusCode;
use speech::{Said, said};

/// Stable codes: what a program may decide by. Each has an entry on the page of errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    Malformed,
    BadHeader,
    Unauthorised,
    BadToken,
    FreshAuthNeeded,
    Forbidden,
    Csrf,
    NotFound,
    Method,
    Duplicate,
    Conflict,
    InFlight,
    Stale,
    TooLarge,
    AddressTooLong,
    MediaType,
    Invalid,
    KeyReused,
    PreconditionRequired,
    TooMany,
    Damaged,
    Broken,
    Unavailable,
}

impl Code {
    pub const ALL: [Code; 23] = [
        Code::Malformed,
        Code::BadHeader,
        Code::Unauthorised,
        Code::BadToken,
        Code::FreshAuthNeeded,
        Code::Forbidden,
        Code::Csrf,
        Code::NotFound,
        Code::Method,
        Code::Duplicate,
        Code::Conflict,
        Code::InFlight,
        Code::Stale,
        Code::TooLarge,
        Code::AddressTooLong,
        Code::MediaType,
        Code::Invalid,
        Code::KeyReused,
        Code::PreconditionRequired,
        Code::TooMany,
        Code::Damaged,
        Code::Broken,
        Code::Unavailable,
    ];

    pub fn word(self) -> &'static str {
        self.all().0
    }

    pub fn status(self) -> StatusCode {
        self.all().1
    }

    pub fn title(self) -> Said {
        self.all().2
    }

    /// What to do about it.
    pub fn advice(self) -> Said {
        self.all().3
    }

    fn all(self) -> (&'static str, StatusCode, Said, Said) {
        match self {
            Code::Malformed => (
                "malformed",
                StatusCode::BAD_REQUEST,
                said!("请求读不懂" / "Not readable"),
                said!(
                    "请求内容不是可用的 JSON、名称重复、嵌套太深，或地址编码有误；改正后重发"
                        / "The body is no usable JSON, repeats a name or nests too deeply, or the address is badly encoded; correct it and send again"
                ),
            ),
            Code::BadHeader => (
                "bad_header",
                StatusCode::BAD_REQUEST,
                said!("请求头写法不对" / "A header is badly written"),
                said!(
                    "If-Match 只写一个带引号的版本号；Idempotency-Key 为 1 至 255 个可见 ASCII 字符"
                        / "If-Match holds one quoted version; Idempotency-Key 1 to 255 visible ASCII characters"
                ),
            ),
            Code::Unauthorised => (
                "unauthorised",
                StatusCode::UNAUTHORIZED,
                said!("需要登录" / "Sign-in needed"),
                said!(
                    "请带上 Authorization: Bearer 令牌，或先登录"
                        / "Send Authorization: Bearer with a token, or sign in"
                ),
            ),
            Code::BadToken => (
                "bad_token",
                StatusCode::UNAUTHORIZED,
                said!("令牌或会话无效" / "The token or session is not valid"),
                said!(
                    "令牌写错、已过期或已收回；请重新取得"
                        / "The token is wrong, expired or withdrawn; get a new one"
                ),
            ),
            Code::FreshAuthNeeded => (
                "fresh_auth_needed",
                StatusCode::FORBIDDEN,
                said!("需要重新验证身份" / "A fresh proof of identity is needed"),
                said!(
                    "有法律效力的办理须在 15 分钟内验证过身份：在网页的“验证身份”验证后重发"
                        / "An act with legal effect needs a proof of identity within 15 minutes: prove it on the page /prove, then send again"
                ),
            ),
            Code::Forbidden => (
                "forbidden",
                StatusCode::FORBIDDEN,
                said!("没有权限" / "Not allowed"),
                said!(
                    "账号的岗位没有这项权限，或所填内容超出管辖范围"
                        / "The role of the account has not this right, or what was sent lies outside its area"
                ),
            ),
            Code::Csrf => (
                "csrf",
                StatusCode::FORBIDDEN,
                said!("缺少防伪标记" / "The form token is missing"),
                said!(
                    "用会话 Cookie 修改数据时，须在 X-CSRF 请求头里带上页面上的防伪标记；程序请改用令牌"
                        / "With the session cookie, changes need the token of the page in X-CSRF; programs use a bearer token"
                ),
            ),
            Code::NotFound => (
                "not_found",
                StatusCode::NOT_FOUND,
                said!("没有找到" / "Not found"),
                said!(
                    "没有这个地址或这条记录，或者账号无权知道它是否存在"
                        / "There is no such address or record, or the account may not know whether there is"
                ),
            ),
            Code::Method => (
                "method",
                StatusCode::METHOD_NOT_ALLOWED,
                said!("不能用这个方法" / "Not with this method"),
                said!("可用的方法见 Allow 响应头" / "The Allow header names the methods"),
            ),
            Code::Duplicate => (
                "duplicate",
                StatusCode::CONFLICT,
                said!("已有同样的记录" / "There is such a record already"),
                said!(
                    "唯一的字段已被另一条记录使用；请先查询，再决定修改哪一条"
                        / "A unique field is taken by another record; look it up and decide which to change"
                ),
            ),
            Code::Conflict => (
                "conflict",
                StatusCode::CONFLICT,
                said!("现在不能办理" / "Not possible now"),
                said!(
                    "记录的状态或条件不允许；说明里写有何时可以"
                        / "The state or the conditions of the record do not allow it; the detail says when it is possible"
                ),
            ),
            Code::InFlight => (
                "in_flight",
                StatusCode::CONFLICT,
                said!("同一请求正在处理" / "The same request is being done"),
                said!(
                    "同一个 Idempotency-Key 的请求还没有结果；稍后用同样的内容重发"
                        / "A request with this Idempotency-Key has no answer yet; send the same again later"
                ),
            ),
            Code::Stale => (
                "stale",
                StatusCode::PRECONDITION_FAILED,
                said!("记录已被修改" / "The record was changed"),
                said!(
                    "If-Match 的版本不是现在的版本；current 里是现在的记录，核对后用新的版本重发"
                        / "If-Match is not the present version; current holds the record as it stands: check it and send again with the new version"
                ),
            ),
            Code::TooLarge => (
                "too_large",
                StatusCode::PAYLOAD_TOO_LARGE,
                said!("内容太大" / "Too large"),
                said!("减小文件或分几次提交" / "Send a smaller file, or less at once"),
            ),
            Code::AddressTooLong => (
                "address_too_long",
                StatusCode::URI_TOO_LONG,
                said!("地址太长" / "The address is too long"),
                said!(
                    "查询条件改用 POST …/query 写在请求内容里"
                        / "Send the filters in the body of POST …/query"
                ),
            ),
            Code::MediaType => (
                "media_type",
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                said!("内容类型不对" / "Wrong media type"),
                said!(
                    "JSON 用 application/json，上传文件用 multipart/form-data"
                        / "application/json for JSON, multipart/form-data for files"
                ),
            ),
            Code::Invalid => (
                "invalid",
                StatusCode::UNPROCESSABLE_ENTITY,
                said!("内容需要改正" / "Needs correcting"),
                said!(
                    "errors 逐处写明哪里不对；全部改正后重发"
                        / "errors names every place; correct them all and send again"
                ),
            ),
            Code::KeyReused => (
                "key_reused",
                StatusCode::UNPROCESSABLE_ENTITY,
                said!("幂等键已用于别的请求" / "The idempotency key belongs to another request"),
                said!(
                    "每个新请求用新的 Idempotency-Key；只有原样重发才用原来的键"
                        / "Every new request has a new Idempotency-Key; only the very same request uses its key again"
                ),
            ),
            Code::PreconditionRequired => (
                "precondition_required",
                StatusCode::PRECONDITION_REQUIRED,
                said!("缺少 If-Match" / "If-Match is missing"),
                said!(
                    "先读记录，把它的 ETag 放进 If-Match，以免覆盖别人的修改"
                        / "Read the record first and send its ETag as If-Match, so that nobody's change is lost"
                ),
            ),
            Code::TooMany => (
                "too_many",
                StatusCode::TOO_MANY_REQUESTS,
                said!("请求太多" / "Too many requests"),
                said!("按 Retry-After 等待后重试" / "Wait as Retry-After says, then try again"),
            ),
            Code::Damaged => (
                "damaged",
                StatusCode::INTERNAL_SERVER_ERROR,
                said!(
                    "附件与上传时不一致或者已丢失，没有给出"
                        / "The attachment is not what was uploaded, or is missing, and was not given out"
                ),
                said!(
                    "请告诉系统管理员，用 jinzhi ledger verify 核对并从备份恢复；重试没有用"
                        / "Tell the administrator, who checks with jinzhi ledger verify and restores it from a backup; trying again does not help"
                ),
            ),
            Code::Broken => (
                "broken",
                StatusCode::INTERNAL_SERVER_ERROR,
                said!("系统出错" / "Something broke"),
                said!(
                    "请把 trace 告诉系统管理员；读和带 Idempotency-Key 的请求可以原样重试"
                        / "Tell the administrator the trace; reads, and requests with an Idempotency-Key, can be sent again as they are"
                ),
            ),
            Code::Unavailable => (
                "unavailable",
                StatusCode::SERVICE_UNAVAILABLE,
                said!("暂时不能服务" / "Out of service for now"),
                said!("稍后重试" / "Try again later"),
            ),
        }
    }
}
