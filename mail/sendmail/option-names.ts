/** The release that the names are of. */
export const program = "Sendmail 8.17";

/**
 * The options that Sendmail 8.17 takes in `O` lines: of the names in its m4/proto.m4 and in its program those of which Debian 12's
 * says no "unknown option name"; DANE depends on how it is built.
 */
export const cfOptions: readonly string[] =
  `AliasFile AliasWait AllowBogusHELO AuthMaxBits AuthMechanisms AuthOptions AuthRealm BadRcptShutdown
  BadRcptShutdownGood BadRcptThrottle BlankSub CACertFile CACertPath CRLFile CRLPath CertFingerprintAlgorithm
  CheckAliases CheckpointInterval CipherList CipherSuites ClassFactor ClientCertFile ClientKeyFile ClientPortOptions
  ClientSSLOptions ColonOkInAddr ConnectOnlyTo ConnectionCacheSize ConnectionCacheTimeout ConnectionRateThrottle
  ConnectionRateWindowSize ControlSocketName DANE DHParameters DaemonPortOptions DataFileBufferSize DeadLetterDrop
  DefaultAuthInfo DefaultCharSet DefaultUser DelayLA DeliverByMin DeliveryMode DialDelay DirectSubmissionModifiers
  DontBlameSendmail DontExpandCnames DontInitGroups DontProbeInterfaces DontPruneRoutes DoubleBounceAddress
  EightBitMode ErrorHeader ErrorMode FallbackMXhost FallbackSmartHost FastSplit ForkEachJob ForwardPath HeloName
  HelpFile HoldExpensive HostStatusDirectory HostsFile IgnoreDots InputMailFilters LDAPDefaultSpec LogLevel
  MailboxDatabase MatchGECOS MaxAliasRecursion MaxDaemonChildren MaxHeadersLength MaxHopCount MaxMessageSize
  MaxMimeHeaderLength MaxNOOPCommands MaxQueueAge MaxQueueChildren MaxQueueRunSize MaxRecipientsPerMessage
  MaxRunnersPerQueue MeToo Milter MinFreeBlocks MinQueueAge MustQuoteChars NiceQueueRun NoRecipientAction
  OldStyleHeaders OperatorChars PidFile PostmasterCopy PrivacyOptions ProcessTitlePrefix QueueDirectory QueueFactor
  QueueFileMode QueueLA QueueSortOrder QueueTimeout RandFile RecipientFactor RefuseLA RejectLogInterval RejectNUL
  RequiresDirfsync ResolverOptions RetryFactor RrtImpliesDsn RunAsUser SSLEngine SSLEnginePath SafeFileEnvironment
  SaveFromLine SendMimeErrors ServerCertFile ServerKeyFile ServerSSLOptions ServiceSwitchFile SetCertAltnames
  SevenBitInput SharedMemoryKey SharedMemoryKeyFile SingleLineFromHeader SingleThreadDelivery SmtpGreetingMessage
  SmtpUTF8 SoftBounce StatusFile StrictTransportSecurity SuperSafe TLSFallbacktoClear TLSSrvOptions TempFileMode
  TimeZoneSpec Timeout TrustedUser TryNullMXList UnixFromLine UnsafeGroupWrites UseCompressedIPv6Addresses
  UseErrorsTo UseMSP UserDatabaseSpec Verbose XscriptFileBufferSize`.split(/\s+/);

/** Options of which every line counts (readcf.c, setoption). */
export const cumulative: ReadonlySet<string> = new Set(
  `DaemonPortOptions ClientPortOptions PrivacyOptions AliasFile DontBlameSendmail AuthOptions TLSSrvOptions ServerSSLOptions
  ClientSSLOptions`.split(/\s+/),
);

/** What the m4 files of Sendmail 8.17 ask for (`grep -rhoE '\bconf[A-Z0-9_]+' /usr/share/sendmail/cf`). */
export const macroNames: ReadonlySet<string> = new Set(
  `confALIAS_WAIT confALLOW_BOGUS_HELO confAUTH_MAX_BITS confAUTH_MECHANISMS confAUTH_OPTIONS confAUTH_REALM
  confAUTO_REBUILD confBAD_RCPT_THROTTLE confBIND_OPTS confBLANK_SUB confCACERT confCACERT_PATH
  confCERT_FINGERPRINT_ALGORITHM confCF_VERSION confCHECKPOINT_INTERVAL confCHECK_ALIASES confCIPHER_LIST
  confCLIENT_CERT confCLIENT_KEY confCLIENT_OPTIONS confCLIENT_SSL_OPTIONS confCOLON_OK_IN_ADDR
  confCONNECTION_RATE_THROTTLE confCONNECTION_RATE_WINDOW_SIZE confCONNECT_ONLY_TO confCONTROL_SOCKET_NAME
  confCON_EXPENSIVE confCOPY_ERRORS_TO confCRL confCRL_PATH confCR_FILE confCT_FILE confCW_FILE confDAEMON_OPTIONS
  confDANE confDEAD_LETTER_DROP confDEF_AUTH_INFO confDEF_CHAR_SET confDEF_GROUP_ID confDEF_USER_ID confDELAY_LA
  confDELIVERY_MODE confDELIVER_BY_MIN confDEQUOTE_OPTS confDF_BUFFER_SIZE confDH_PARAMETERS confDIAL_DELAY
  confDIRECT_SUBMISSION_MODIFIERS confDOMAIN_NAME confDONT_BLAME_SENDMAIL confDONT_EXPAND_CNAMES
  confDONT_INIT_GROUPS confDONT_PROBE_INTERFACES confDONT_PRUNE_ROUTES confDOUBLE_BOUNCE_ADDRESS confEBINDIR
  confEIGHT_BIT_HANDLING confERROR_MESSAGE confERROR_MODE confFALLBACK_MX confFALLBACK_SMARTHOST confFAST_SPLIT
  confFORWARD_PATH confFROM_HEADER confFROM_LINE confHELO_NAME confHOSTS_FILE confHOST_STATUS_DIRECTORY
  confIGNORE_DOTS confINPUT_MAIL_FILTERS confLDAP_CLUSTER confLDAP_DEFAULT_SPEC confLOCAL_MAILER confLOG_LEVEL
  confMAILBOX_DATABASE confMAILER_NAME confMATCH_GECOS confMAX_ALIAS_RECURSION confMAX_DAEMON_CHILDREN
  confMAX_HEADERS_LENGTH confMAX_HOP confMAX_MESSAGE_SIZE confMAX_MIME_HEADER_LENGTH confMAX_NOOP_COMMANDS
  confMAX_QUEUE_AGE confMAX_QUEUE_CHILDREN confMAX_QUEUE_RUN_SIZE confMAX_RCPTS_PER_MESSAGE
  confMAX_RUNNERS_PER_QUEUE confMCI_CACHE_SIZE confMCI_CACHE_TIMEOUT confMESSAGEID_HEADER confMESSAGE_TIMEOUT
  confME_TOO confMILTER_LOG_LEVEL confMILTER_MACROS_CONNECT confMILTER_MACROS_DATA confMILTER_MACROS_ENVFROM
  confMILTER_MACROS_ENVRCPT confMILTER_MACROS_EOH confMILTER_MACROS_EOM confMILTER_MACROS_HELO
  confMIME_FORMAT_ERRORS confMIN_FREE_BLOCKS confMIN_QUEUE_AGE confMUST_QUOTE_CHARS confNICE_QUEUE_RUN
  confNO_RCPT_ACTION confOLD_STYLE_HEADERS confOPERATORS confPID_FILE confPRIVACY_FLAGS confPROCESS_TITLE_PREFIX
  confQUEUE_FACTOR confQUEUE_FILE_MODE confQUEUE_LA confQUEUE_SORT_ORDER confRAND_FILE confRCPTREJ_MSG
  confREAD_TIMEOUT confRECEIVED_HEADER confREFUSE_LA confREJECT_LOG_INTERVAL confREJECT_MSG confREJECT_NUL
  confRELAY_MAILER confRELAY_MSG confREQUIRES_DIR_FSYNC confRRT_IMPLIES_DSN confRUN_AS_USER confSAFE_FILE_ENV
  confSAFE_QUEUE confSAVE_FROM_LINES confSEPARATE_PROC confSERVER_CERT confSERVER_KEY confSERVER_SSL_OPTIONS
  confSERVICE_SWITCH_FILE confSEVEN_BIT_INPUT confSHARED_MEMORY_KEY confSHARED_MEMORY_KEY_FILE
  confSINGLE_LINE_FROM_HEADER confSINGLE_THREAD_DELIVERY confSMTP_LOGIN_MSG confSMTP_MAILER confSOFT_BOUNCE
  confSSL_ENGINE confSSL_ENGINE_PATH confTEMP_FILE_MODE confTIME_ZONE confTLS_FALLBACK_TO_CLEAR confTLS_SRV_OPTIONS
  confTO_ACONNECT confTO_AUTH confTO_COMMAND confTO_CONNECT confTO_CONTROL confTO_DATABLOCK confTO_DATAFINAL
  confTO_DATAINIT confTO_FILEOPEN confTO_HELO confTO_HOSTSTATUS confTO_ICONNECT confTO_IDENT confTO_INITIAL
  confTO_LHLO confTO_MAIL confTO_MISC confTO_QUEUERETURN confTO_QUEUERETURN_DSN confTO_QUEUERETURN_NONURGENT
  confTO_QUEUERETURN_NORMAL confTO_QUEUERETURN_URGENT confTO_QUEUEWARN confTO_QUEUEWARN_DSN
  confTO_QUEUEWARN_NONURGENT confTO_QUEUEWARN_NORMAL confTO_QUEUEWARN_URGENT confTO_QUIT confTO_RCPT
  confTO_RESOLVER_RETRANS confTO_RESOLVER_RETRANS_FIRST confTO_RESOLVER_RETRANS_NORMAL confTO_RESOLVER_RETRY
  confTO_RESOLVER_RETRY_FIRST confTO_RESOLVER_RETRY_NORMAL confTO_RSET confTO_STARTTLS confTRUSTED_USER
  confTRUSTED_USERS confTRY_NULL_MX_LIST confUNSAFE_GROUP_WRITES confUSERDB_SPEC confUSE_COMPRESSED_IPV6_ADDRESSES
  confUSE_ERRORS_TO confUSE_MSP confUUCP_MAILER confWORK_CLASS_FACTOR confWORK_RECIPIENT_FACTOR confWORK_TIME_FACTOR
  confXF_BUFFER_SIZE`.split(/\s+/),
);

const spellings: ReadonlyMap<string, string> = new Map(cfOptions.map((name) => [name.toLowerCase(), name]));

/** Sendmail takes names in any case; behind a dot stands what a group of them is for (`Timeout.ident`). */
export function spelt(name: string): string {
  const [group = "", ...rest] = name.split(".");
  return [spellings.get(group.toLowerCase()) ?? group, ...rest.map((each) => each.toLowerCase())].join(".");
}

/** Also the beginning of one, which Sendmail takes for it. */
export function isOption(name: string): boolean {
  const group = (name.split(".")[0] ?? "").toLowerCase();
  return cfOptions.some((each) => each.toLowerCase().startsWith(group));
}
