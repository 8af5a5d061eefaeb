/* Certificates made for these tests alone; their keys are small numbers. */
#ifndef PCREPORT_TESTS_CODEC_CERTIFICATES_H
#define PCREPORT_TESTS_CODEC_CERTIFICATES_H

#define CERTIFICATE_OF_SUPPLIER                                                                                        \
    "MIIBizCCATCgAwIBAgIRAP////////////////////8wCgYIKoZIzj0EAwIwGjELMAkGA1UECwwCMDcxCzAJBgNVBAMMAlQx"                 \
    "MB4XDTIxMDkxNzEwMDIwMFoXDTMxMDkxNzEwMDIwMFowNzEUMBIGA1UEAwwLQWNtZSBFbmVyZ3kxCzAJBgNVBAsMAjAyMRIw"                 \
    "EAYDVQQtAwkAkLPVHzABAAAwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAR88nsYjQNPfopSOAMEtRrDwIlp4nfyGzWmC0j8"                 \
    "R2aZeAd3VRDbjtBAKT2axp90MNu6fa3mPOmCKZ4Et50ieHPRozowODARBgNVHQ4ECgQITKmnHTsiQ0AwDgYDVR0PAQH/BAQD"                 \
    "AgeAMBMGA1UdIwQMMAqACEfUCvNBKQSgMAoGCCqGSM49BAMCA0kAMEYCIQCJF9PzFOMblkYcAbRXAJWoVPeVT0uieKacPUDu"                 \
    "4Pp/RQIhAJ3jSXrf1AJYWMQlKGpCwC6wKwYdlSBHk4S0fKad5thF"

#define CERTIFICATE_OF_OPERATOR                                                                                        \
    "MIIBQzCB6qADAgECAgkAq1SpjOsfCtIwCgYIKoZIzj0EAwIwGjELMAkGA1UECwwCMDcxCzAJBgNVBAMMAlQxMB4XDTE2MDIy"                 \
    "OTAwMDAwMFoXDTQ5MTIzMTIzNTk1OVowITESMBAGA1UELQMJAJCz1R8wAgAAMQswCQYDVQQLDAIwMzBZMBMGByqGSM49AgEG"                 \
    "CCqGSM49AwEHA0IABF7L5NGmMwpEyPfvlR1L8WXmxrch762phftBZhvG5/1shzRkDEmY/343SwbOGmSi7NgqsDY4T7g9mnmx"                 \
    "J6J9UDKjEjAQMA4GA1UdDwEB/wQEAwIDCDAKBggqhkjOPQQDAgNIADBFAiEAjU1hPXxc4jnsuzRnbiSud+GaU82agZs4411p"                 \
    "UVg/WZgCIHmQDgEOf1U0qNFgZsTkEi6mxf/Va99i8WwqAwR8+Bor"

#define CERTIFICATE_OF_SIGNER                                                                                          \
    "MIIBUDCB96ADAgECAgEBMAoGCCqGSM49BAMCMBoxCzAJBgNVBAsMAjA3MQswCQYDVQQDDAJUMTAgFw0xODAxMDEwMDAwMDBa"                 \
    "GA8yMTE4MDEwMTAwMDAwMFowITELMAkGA1UECwwCODcxEjAQBgNVBC0DCQCQs9UfMAEAADBZMBMGByqGSM49AgEGCCqGSM49"                 \
    "AwEHA0IABOJTSjUy0I+7oC3eZZ7mK9ADH+LbeFWW71CTAkRrAwhS4PFXWkxjPMcZ3+5f2oYtdk78lsPzDuAFXELCPxhO2Maj"                 \
    "JTAjMBEGA1UdDgQKBAhHyFrT/qoApjAOBgNVHQ8BAf8EBAMCB4AwCgYIKoZIzj0EAwIDSAAwRQIgDlOHZQSCIYDgWPy20imw"                 \
    "U2xawqPYatozzy/ZPjTQoDACIQDOC9uljrhBd0b05dXi1py5eRwoeD3J0wvpC6Sva9fRVw=="

#define CERTIFICATE_OF_AUTHORITY                                                                                       \
    "MIIBSTCB8KADAgECAgEHMAoGCCqGSM49BAMCMBoxCzAJBgNVBAsMAjA3MQswCQYDVQQDDAJUMTAgFw0xNTAxMDEwMDAwMDBa"                 \
    "GA8yMTE4MDEwMTAwMDAwMFowGjELMAkGA1UECwwCMDcxCzAJBgNVBAMMAlQxMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE"                 \
    "UVkLelFRQNLXhMhWCGaP3++Mgv0fW+UkIVVKDcPQM+3gwX2okEpyfYrhvza/inkmDQEvANTYCIjR0LtE/aFtpKMlMCMwEQYD"                 \
    "VR0OBAoECEj7z9pUw1G3MA4GA1UdDwEB/wQEAwIBBjAKBggqhkjOPQQDAgNIADBFAiAIYoytm6+PG6hhox2vHVZBLRjbT90/"                 \
    "eS/r8qdMBzmZpAIhAJ12QW828Qis2+2+RGMQ8ZCdum0ggpEVfmyCiu96J7V6"

#define CERTIFICATE_OF_METER                                                                                           \
    "MIIBijCCATGgAwIBAgIQMDmCNnRNnaDlf410rgQfzTAKBggqhkjOPQQDAjAaMQswCQYDVQQLDAIwNzELMAkGA1UEAwwCVDEw"                 \
    "IBcNMjEwOTE3MTAwMjAwWhgPOTk5OTEyMzEyMzU5NTlaMAAwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASwGhcqdqRgLJLT"                 \
    "JCy4l93jAkx0DeuyFbTGsKrpPCKRqehcEHQyN9rVb+wOLfunA3kcAPdwHH4Wvf18SFOPx3/io3EwbzARBgNVHQ4ECgQISnwT"                 \
    "sO3mc1wwDgYDVR0PAQH/BAQDAgeAMDUGA1UdEQEB/wQrMCmgJwYIKwYBBQUHCASgGzAZBg0qhjoAAYSPuQ8BAgIBBAgA2xI0"                 \
    "VniQoDATBgNVHSMEDDAKgAhH1ArzQSkEoDAKBggqhkjOPQQDAgNHADBEAiA2z6iwtXfj0fmf5F9ZAM4Dymz5dz5smcxz9Wob"                 \
    "bP5UxgIgdLllQNAnci2utcjm+KXFlifBYTEwGWAWe5GnNJL8OSY="

#define CERTIFICATE_OF_WEB_SITE                                                                                        \
    "MIIBaDCCAQ2gAwIBAgIUf/////////////////////////8wCgYIKoZIzj0EAwIwGjELMAkGA1UECwwCMDcxCzAJBgNVBAMM"                 \
    "AlQxMB4XDTI0MDEwMTAwMDAwMFoXDTI1MDEwMTAwMDAwMFowGjEYMBYGA1UEAwwPd3d3LmV4YW1wbGUub3JnMFkwEwYHKoZI"                 \
    "zj0CAQYIKoZIzj0DAQcDQgAEYtl3nb7psFNAQnQtOrVMrcHSOJgPzpfbtN2dwdtvs5OtWsy9kenYJE/xXXcRZ87gou1R9rvn"                 \
    "anjaVApqDwmVfqMxMC8wHQYDVR0OBBYEFAABAgMEBQYHCAkKCwwNDg8QERITMA4GA1UdDwEB/wQEAwIDiDAKBggqhkjOPQQD"                 \
    "AgNJADBGAiEAhzHGudnZ1BurzRI8BGgUv56S+YdqYqtWZ5HTPoqWaXcCIQDpTASHkUSGYBPFnvQzb++s2Q2lkDxMCTt85nZc"                 \
    "pxQxxA=="

#define CERTIFICATE_OF_BOTH                                                                                            \
    "MIIBhjCCASygAwIBAgIBCTAKBggqhkjOPQQDAjAaMQswCQYDVQQLDAIwNzELMAkGA1UEAwwCVDEwHhcNMjQwMTAxMDAwMDAw"                 \
    "WhcNMjUwMTAxMDAwMDAwWjAhMQswCQYDVQQLDAIwMjESMBAGA1UELQMJAJCz1R8wAQAAMFkwEwYHKoZIzj0CAQYIKoZIzj0D"                 \
    "AQcDQgAE6mjXtv7fC3GHiTjVHXH4cp4Ky4wsbfiz156KS5CUnuAqJ0TJcsn854cBSpZKjqDITXFP6qTegj/oWiJKTdBI+qNc"                 \
    "MFowEQYDVR0OBAoECEkPXFt79FTcMA4GA1UdDwEB/wQEAwIHgDA1BgNVHREBAf8EKzApoCcGCCsGAQUFBwgEoBswGQYNKoY6"                 \
    "AAGEj7kPAQICAQQIANsSNFZ4kKAwCgYIKoZIzj0EAwIDSAAwRQIhAOpApSrWjqzZ9YbXGz80M/ZQvN+QXARjapl9FJNmDHlU"                 \
    "AiAkOoTPIXjkLWZa5XvDkU2W7lERH16wk86MmfCM8EgfQA=="

#define CERTIFICATE_OF_SHORT_ID                                                                                        \
    "MIIBSjCB8aADAgECAgEJMAoGCCqGSM49BAMCMBoxCzAJBgNVBAsMAjA3MQswCQYDVQQDDAJUMTAeFw0yNDAxMDEwMDAwMDBa"                 \
    "Fw0yNTAxMDEwMDAwMDBaMB0xCzAJBgNVBAsMAjAyMQ4wDAYDVQQtAwUAkLPVHzBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IA"                 \
    "BM72bWsqOpk+WRIU0eoiP7VFymxHHEgwbkw2BpQExXI/h4ZioimqrpBuEjzdnTtMEFkN7Sn+dR7uyjS7qkSvB3OjJTAjMBEG"                 \
    "A1UdDgQKBAhIMDrC+HfsNDAOBgNVHQ8BAf8EBAMCB4AwCgYIKoZIzj0EAwIDSAAwRQIgLNgq4We/VpWglZmnvyLb14imMo9A"                 \
    "gE6yXHYiY174+tQCIQDMdhJECxDkQATEt+jSBELp6Psx7f5pNLFXFJi/xwekPw=="

#endif
