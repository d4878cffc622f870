"""Who may do what: execution roles, policies of functions, other accounts, function URLs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from lambda_study.demos.findings import is_taken, names_of
from lambda_study.demos.notifications import bucket_rule
from lambda_study.demos.other_account import OtherAccount, RoleSession
from lambda_study.demos.roles import Statement, allow, deny, set_role
from lambda_study.demos.small_account import SmallAccount, policy, shared_session
from lambda_study.demos.web import ask
from lambda_study.engine import Function

_BUCKET, _OBJECTS = "arn:aws:s3:::photos", "arn:aws:s3:::photos/*"
_TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/album"
_OF_AWS = "arn:aws:iam::aws:policy/service-role/"
_INVOKE, _INVOKE_URL = "lambda:InvokeFunction", "lambda:InvokeFunctionUrl"


def permission_that_lets_a_handler_write() -> str:
    """Which of four permissions lets a running function put an item into a table.

    >>> permission_that_lets_a_handler_write()
    'execution role'
    """
    write: dict[str, Any] = {"service": "dynamodb", "operation": "put_item"}
    write["parameters"] = {"TableName": "album", "Item": {"photo": {"S": "a.jpg"}}}
    with _account() as account:
        function = account.function("album", "asks_as_told", timeout_s=30)
        granted: dict[str, Callable[[], object]] = {
            "developer": lambda: account.role("developer", dynamodb="PutItem"),
            "resource policy": lambda: _let(account, function, "dynamodb.amazonaws.com"),
            "trust policy": lambda: account.role("album-role"),
            "execution role": lambda: set_role(function, allow("dynamodb:PutItem", _TABLE)),
        }
        found = []
        for name, grant in granted.items():
            grant()
            found += [name] * (not function.invoke(write).payload["code"])
        return names_of(found)


def runs_of_a_handler_that_is_denied() -> int:
    """How often a handler runs for one asynchronous event, if its role lacks what its last call needs.

    >>> runs_of_a_handler_that_is_denied()
    3
    """
    with _account() as account:
        function = account.function("orders", "books_orders", timeout_s=30)
        function.invoke_async({"order": "7", "way": "order number, unconditional"})
        account.clock.advance(hours=7)
        return len(account.events_of("orders"))


def resource_that_lets_objects_be_read() -> str:
    """On which resource s3:GetObject has to be allowed for a function to read the objects of a bucket.

    >>> resource_that_lets_objects_be_read()
    'arn:aws:s3:::photos/*'
    """
    resources = (_BUCKET, f"{_BUCKET}/", _OBJECTS, f"{_BUCKET}.s3.amazonaws.com/*")
    with _account() as account:
        return names_of(
            each for each in resources if not _refusal(_read("a.jpg"), account, allow("s3:GetObject", each))
        )


def answer_for_a_missing_object() -> str:
    """What S3 says to a function that asks for an object which is not there, and may do s3:GetObject alone.

    >>> answer_for_a_missing_object()
    '403 AccessDenied'
    """
    with _account() as account:
        return _refusal(_read("missing.jpg"), account, allow("s3:GetObject", _OBJECTS))


def reads_beside_an_explicit_deny() -> list[str]:
    """Which objects a role may read that allows everything, and denies what is below private/.

    >>> reads_beside_an_explicit_deny()
    ['private.jpg', 'open/private/a.jpg']
    """
    statements = (allow("*"), deny("s3:GetObject", f"{_BUCKET}/private/*"))
    keys = ("private.jpg", "private/a.jpg", "open/private/a.jpg", "private/open/a.jpg", "private/private.jpg")
    with _account() as account:
        for key in keys:
            account.s3.put_object(Bucket="photos", Key=key, Body=b"photo")
        return [key for key in keys if not _refusal(_read(key), account, *statements)]


def narrowest_policy_that_works() -> str:
    """Which is the narrowest of four policies by which a function reads a photo and writes a row.

    >>> narrowest_policy_that_works()
    'actions on ARNs'
    """
    read, write = "s3:GetObject", "dynamodb:PutItem"
    policies = {
        "everything": (allow("*"),),
        "services": (allow("s3:*"), allow("dynamodb:*")),
        "actions on ARNs": (allow(read, _OBJECTS), allow(write, _TABLE)),
        "reading alone": (allow(read, _OBJECTS), allow("dynamodb:GetItem", _TABLE)),
    }
    with _account() as account:
        works = [name for name, each in policies.items() if not _refusal(_read_and_write, account, *each)]
    return works[-1]


def policy_that_lets_a_table_be_written() -> str:
    """Which policy lets a function write into a table: one of three of AWS, or one of its own.

    >>> policy_that_lets_a_table_be_written()
    'own policy'
    """
    names = (
        "AWSLambdaBasicExecutionRole",
        "AWSLambdaDynamoDBExecutionRole",
        "AWSLambdaVPCAccessExecutionRole",
    )
    with _account() as account:
        found = []
        for name in names:
            role = account.role(name)
            account.iam.attach_role_policy(RoleName=name, PolicyArn=f"{_OF_AWS}{name}")
            found += [name] * (not _outcome(_write, _session(role)))
        found += ["own policy"] * (not _refusal(_write, account, allow("dynamodb:PutItem", _TABLE)))
        return names_of(found)


def what_keeps_a_bucket_of_a_stranger_out() -> str:
    """Which of three permissions for S3 keeps out a bucket that a stranger made, of a name that we gave up.

    >>> what_keeps_a_bucket_of_a_stranger_out()
    'source account'
    """
    conditions = {
        "principal alone": {},
        "source ARN": {"SourceArn": _BUCKET},
        "source account": {"SourceArn": _BUCKET, "SourceAccount": "123456789012"},
    }
    with _account() as account:
        function = account.function()
        theirs = OtherAccount().take_bucket("photos")
        found = []
        for name, condition in conditions.items():
            _let(account, function, "s3.amazonaws.com", **condition)
            found += [name] * (not is_taken(lambda: _notify(theirs, function)))
            account.lambda_.remove_permission(FunctionName=function.name, StatementId="let")
        return names_of(found)


def who_has_to_allow_a_call_from_another_account() -> str:
    """Whose permission a role of another account needs to invoke a function of ours.

    >>> who_has_to_allow_a_call_from_another_account()
    'both'
    """
    with _account() as account:
        function = account.function()
        partner = OtherAccount()
        arn = function.configuration.arn

        def invokes() -> bool:
            return is_taken(lambda: partner.client("lambda").invoke(FunctionName=arn))

        ends = {}
        partner.set_role(allow(_INVOKE, arn))
        ends["their policy"] = invokes()
        _let(account, function, partner.number)
        ends["both"] = invokes()
        partner.set_role(allow("s3:GetObject"))
        ends["our policy"] = invokes()
        return names_of(name for name, works in ends.items() if works)


def who_has_to_allow_a_call_within_an_account() -> list[str]:
    """Which grants let a role of the same account invoke a function, each alone.

    >>> who_has_to_allow_a_call_within_an_account()
    ['identity policy', 'resource policy']
    """
    with _account() as account:
        function = account.function()
        caller = account.role("caller")
        session = _session(caller)

        def invokes() -> bool:
            return is_taken(lambda: session.client("lambda").invoke(FunctionName=function.name))

        found = ["nothing"] * invokes()
        _put_policy(account, "caller", allow(_INVOKE, function.configuration.arn))
        found += ["identity policy"] * invokes()
        _put_policy(account, "caller", allow("s3:GetObject"))
        _let(account, function, caller)
        return found + ["resource policy"] * invokes()


def action_that_a_signed_call_of_a_url_lacks() -> str:
    """Which action a role needs beside lambda:InvokeFunctionUrl to call a function URL of its account.

    >>> action_that_a_signed_call_of_a_url_lacks()
    'lambda:InvokeFunction'
    """
    with _account() as account:
        function = account.function(file="keeps")
        url = _url(account, function, "AWS_IAM")
        session = _session(account.role("caller"))

        def answers(*actions: str) -> bool:
            _put_policy(account, "caller", *(allow(action) for action in actions))
            return _signed(session, url) == 200

        more = (_INVOKE, "lambda:GetFunctionUrlConfig", "execute-api:Invoke", "sts:AssumeRole")
        return names_of(action for action in more if answers(_INVOKE_URL, action))


# -- the account and those who ask


@contextmanager
def _account() -> Iterator[SmallAccount]:
    """An account in which permissions count, with a photo in the bucket "photos" and a table "album"."""
    with SmallAccount(enforce_permissions=True) as account:
        account.s3.create_bucket(Bucket="photos")
        account.s3.put_object(Bucket="photos", Key="a.jpg", Body=b"photo")
        shared_session().client("dynamodb").create_table(
            TableName="album",
            KeySchema=[{"AttributeName": "photo", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "photo", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield account


def _session(role_arn: str) -> RoleSession:
    """A session of a role, as Lambda has one for a function: the same policies decide."""
    return RoleSession(role_arn, "album")


def _refusal(call: Callable[[RoleSession], object], account: SmallAccount, *statements: Statement) -> str:
    """Status and code of the error that a role of STATEMENTS gets for CALL; "" if it gets none."""
    if "album" not in [role["RoleName"] for role in account.iam.list_roles()["Roles"]]:
        account.role("album")
    _put_policy(account, "album", *statements)
    return _outcome(call, _session("arn:aws:iam::123456789012:role/album"))


def _outcome(call: Callable[[RoleSession], object], session: RoleSession) -> str:
    try:
        call(session)
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return f"{status} {error.response['Error']['Code']}"
    return ""


def _read(key: str) -> Callable[[RoleSession], object]:
    return lambda session: session.client("s3").get_object(Bucket="photos", Key=key)


def _write(session: RoleSession) -> None:
    session.client("dynamodb").put_item(TableName="album", Item={"photo": {"S": "a.jpg"}})


def _read_and_write(session: RoleSession) -> None:
    _read("a.jpg")(session)
    _write(session)


# -- what is granted


def _put_policy(account: SmallAccount, role: str, *statements: Statement) -> None:
    account.iam.put_role_policy(RoleName=role, PolicyName="given", PolicyDocument=policy(*statements))


def _let(account: SmallAccount, function: Function, principal: str, **conditions: str) -> None:
    """Let PRINCIPAL invoke FUNCTION, by a statement called "let"."""
    account.lambda_.add_permission(
        FunctionName=function.name, StatementId="let", Action=_INVOKE, Principal=principal, **conditions
    )


def _notify(s3: Any, function: Function) -> None:
    configuration = {"LambdaFunctionConfigurations": [bucket_rule(function, "s3:ObjectCreated:*")]}
    s3.put_bucket_notification_configuration(Bucket="photos", NotificationConfiguration=configuration)


def _url(account: SmallAccount, function: Function, auth_type: str) -> str:
    given = {"FunctionName": function.name, "AuthType": auth_type}
    return str(account.lambda_.create_function_url_config(**given)["FunctionUrl"])


def _signed(session: RoleSession, url: str) -> int:
    """Return the status of a request to URL that the role of SESSION signs."""
    request = AWSRequest("GET", url)
    SigV4Auth(Credentials(*session.keys), "lambda", "us-east-1").add_auth(request)
    return ask(url, **{name.replace("-", "_"): str(value) for name, value in request.headers.items()}).status
