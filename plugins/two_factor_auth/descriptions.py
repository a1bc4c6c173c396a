from apps.plugin_api.descriptions import choice, describe, text

describe(
    "/i/two-factor-auth",
    "Two-factor authentication",
    "Set up, check and switch off the second factor",
    choice(
        "method",
        "What to do; the last two are for global administrators.",
        ["enable", "disable", "generate-qr-code", "admin_check", "admin_disable"],
        required=True,
    ),
    text("secret_token", "`enable`: the secret that `generate-qr-code` gave.", example="JBSWY3DPEHPK3PXPJBSWY3DP"),
    text("auth_code", "`enable`: six digits of the authenticator.", example="123456"),
    text("uid", "`admin_check`, `admin_disable`: the member.", example="65f0f0f0f0f0f0f0f0f0f0f0"),
    answer={"result": "Enabled 2FA for user"},
    errors={
        400: ["Invalid 2FA code", "Invalid method", "User id required"],
        403: ["Can not disable 2FA for user when it is globally enabled"],
        404: ["User does not exist"],
    },
)
