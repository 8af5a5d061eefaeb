/* Certificates in PEM and private keys, made for these tests alone. */
#ifndef PCREPORT_TESTS_INPUT_CERTIFICATES_H
#define PCREPORT_TESTS_INPUT_CERTIFICATES_H

#define SUPPLIER_PEM                                                                                                   \
    "-----BEGIN CERTIFICATE-----\n"                                                                                    \
    "MIIBizCCATCgAwIBAgIRAP////////////////////8wCgYIKoZIzj0EAwIwGjEL\n"                                               \
    "MAkGA1UECwwCMDcxCzAJBgNVBAMMAlQxMB4XDTIxMDkxNzEwMDIwMFoXDTMxMDkx\n"                                               \
    "NzEwMDIwMFowNzEUMBIGA1UEAwwLQWNtZSBFbmVyZ3kxCzAJBgNVBAsMAjAyMRIw\n"                                               \
    "EAYDVQQtAwkAkLPVHzABAAAwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAR88nsY\n"                                               \
    "jQNPfopSOAMEtRrDwIlp4nfyGzWmC0j8R2aZeAd3VRDbjtBAKT2axp90MNu6fa3m\n"                                               \
    "POmCKZ4Et50ieHPRozowODARBgNVHQ4ECgQITKmnHTsiQ0AwDgYDVR0PAQH/BAQD\n"                                               \
    "AgeAMBMGA1UdIwQMMAqACEfUCvNBKQSgMAoGCCqGSM49BAMCA0kAMEYCIQCJF9Pz\n"                                               \
    "FOMblkYcAbRXAJWoVPeVT0uieKacPUDu4Pp/RQIhAJ3jSXrf1AJYWMQlKGpCwC6w\n"                                               \
    "KwYdlSBHk4S0fKad5thF\n"                                                                                           \
    "-----END CERTIFICATE-----\n"

#define OPERATOR_PEM                                                                                                   \
    "-----BEGIN CERTIFICATE-----\n"                                                                                    \
    "MIIBQzCB6qADAgECAgkAq1SpjOsfCtIwCgYIKoZIzj0EAwIwGjELMAkGA1UECwwC\n"                                               \
    "MDcxCzAJBgNVBAMMAlQxMB4XDTE2MDIyOTAwMDAwMFoXDTQ5MTIzMTIzNTk1OVow\n"                                               \
    "ITESMBAGA1UELQMJAJCz1R8wAgAAMQswCQYDVQQLDAIwMzBZMBMGByqGSM49AgEG\n"                                               \
    "CCqGSM49AwEHA0IABF7L5NGmMwpEyPfvlR1L8WXmxrch762phftBZhvG5/1shzRk\n"                                               \
    "DEmY/343SwbOGmSi7NgqsDY4T7g9mnmxJ6J9UDKjEjAQMA4GA1UdDwEB/wQEAwID\n"                                               \
    "CDAKBggqhkjOPQQDAgNIADBFAiEAjU1hPXxc4jnsuzRnbiSud+GaU82agZs4411p\n"                                               \
    "UVg/WZgCIHmQDgEOf1U0qNFgZsTkEi6mxf/Va99i8WwqAwR8+Bor\n"                                                           \
    "-----END CERTIFICATE-----\n"

#define SIGNER_PEM                                                                                                     \
    "-----BEGIN CERTIFICATE-----\n"                                                                                    \
    "MIIBUDCB96ADAgECAgEBMAoGCCqGSM49BAMCMBoxCzAJBgNVBAsMAjA3MQswCQYD\n"                                               \
    "VQQDDAJUMTAgFw0xODAxMDEwMDAwMDBaGA8yMTE4MDEwMTAwMDAwMFowITELMAkG\n"                                               \
    "A1UECwwCODcxEjAQBgNVBC0DCQCQs9UfMAEAADBZMBMGByqGSM49AgEGCCqGSM49\n"                                               \
    "AwEHA0IABOJTSjUy0I+7oC3eZZ7mK9ADH+LbeFWW71CTAkRrAwhS4PFXWkxjPMcZ\n"                                               \
    "3+5f2oYtdk78lsPzDuAFXELCPxhO2MajJTAjMBEGA1UdDgQKBAhHyFrT/qoApjAO\n"                                               \
    "BgNVHQ8BAf8EBAMCB4AwCgYIKoZIzj0EAwIDSAAwRQIgDlOHZQSCIYDgWPy20imw\n"                                               \
    "U2xawqPYatozzy/ZPjTQoDACIQDOC9uljrhBd0b05dXi1py5eRwoeD3J0wvpC6Sv\n"                                               \
    "a9fRVw==\n"                                                                                                       \
    "-----END CERTIFICATE-----\n"

#define AUTHORITY_PEM                                                                                                  \
    "-----BEGIN CERTIFICATE-----\n"                                                                                    \
    "MIIBSTCB8KADAgECAgEHMAoGCCqGSM49BAMCMBoxCzAJBgNVBAsMAjA3MQswCQYD\n"                                               \
    "VQQDDAJUMTAgFw0xNTAxMDEwMDAwMDBaGA8yMTE4MDEwMTAwMDAwMFowGjELMAkG\n"                                               \
    "A1UECwwCMDcxCzAJBgNVBAMMAlQxMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n"                                               \
    "UVkLelFRQNLXhMhWCGaP3++Mgv0fW+UkIVVKDcPQM+3gwX2okEpyfYrhvza/inkm\n"                                               \
    "DQEvANTYCIjR0LtE/aFtpKMlMCMwEQYDVR0OBAoECEj7z9pUw1G3MA4GA1UdDwEB\n"                                               \
    "/wQEAwIBBjAKBggqhkjOPQQDAgNIADBFAiAIYoytm6+PG6hhox2vHVZBLRjbT90/\n"                                               \
    "eS/r8qdMBzmZpAIhAJ12QW828Qis2+2+RGMQ8ZCdum0ggpEVfmyCiu96J7V6\n"                                                   \
    "-----END CERTIFICATE-----\n"

#define METER_PEM                                                                                                      \
    "-----BEGIN CERTIFICATE-----\n"                                                                                    \
    "MIIBijCCATGgAwIBAgIQMDmCNnRNnaDlf410rgQfzTAKBggqhkjOPQQDAjAaMQsw\n"                                               \
    "CQYDVQQLDAIwNzELMAkGA1UEAwwCVDEwIBcNMjEwOTE3MTAwMjAwWhgPOTk5OTEy\n"                                               \
    "MzEyMzU5NTlaMAAwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASwGhcqdqRgLJLT\n"                                               \
    "JCy4l93jAkx0DeuyFbTGsKrpPCKRqehcEHQyN9rVb+wOLfunA3kcAPdwHH4Wvf18\n"                                               \
    "SFOPx3/io3EwbzARBgNVHQ4ECgQISnwTsO3mc1wwDgYDVR0PAQH/BAQDAgeAMDUG\n"                                               \
    "A1UdEQEB/wQrMCmgJwYIKwYBBQUHCASgGzAZBg0qhjoAAYSPuQ8BAgIBBAgA2xI0\n"                                               \
    "VniQoDATBgNVHSMEDDAKgAhH1ArzQSkEoDAKBggqhkjOPQQDAgNHADBEAiA2z6iw\n"                                               \
    "tXfj0fmf5F9ZAM4Dymz5dz5smcxz9WobbP5UxgIgdLllQNAnci2utcjm+KXFlifB\n"                                               \
    "YTEwGWAWe5GnNJL8OSY=\n"                                                                                           \
    "-----END CERTIFICATE-----\n"

#define METER_KA_PEM                                                                                                   \
    "-----BEGIN CERTIFICATE-----\n"                                                                                    \
    "MIIBgDCCASagAwIBAgIFALUwBzowCgYIKoZIzj0EAwIwGjELMAkGA1UECwwCMDcx\n"                                               \
    "CzAJBgNVBAMMAlQxMCAXDTIxMDkxNzEwMDIwMFoYDzk5OTkxMjMxMjM1OTU5WjAA\n"                                               \
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEjlM7b6C/e0YluzBmfAH7YH75+Lio\n"                                               \
    "D+9bMAYocDGHsqNz6x294DMYNm0Gn4Om9ZAAU8c2M8sEGyHFXhqGwfQAtKNxMG8w\n"                                               \
    "EQYDVR0OBAoECE1tiVmGMZvNMA4GA1UdDwEB/wQEAwIDCDA1BgNVHREBAf8EKzAp\n"                                               \
    "oCcGCCsGAQUFBwgEoBswGQYNKoY6AAGEj7kPAQICAQQIANsSNFZ4kKAwEwYDVR0j\n"                                               \
    "BAwwCoAIR9QK80EpBKAwCgYIKoZIzj0EAwIDSAAwRQIgexQ/ww3oLKkSKArk/5Kf\n"                                               \
    "idGRtN1GvTnctwpgYplXIZwCIQCC1b52vsHWrJncrfWcM4erBTOM2r8ZqiiAmo3W\n"                                               \
    "c4f2dg==\n"                                                                                                       \
    "-----END CERTIFICATE-----\n"

#define WEB_SITE_PEM                                                                                                   \
    "-----BEGIN CERTIFICATE-----\n"                                                                                    \
    "MIIBaDCCAQ2gAwIBAgIUf/////////////////////////8wCgYIKoZIzj0EAwIw\n"                                               \
    "GjELMAkGA1UECwwCMDcxCzAJBgNVBAMMAlQxMB4XDTI0MDEwMTAwMDAwMFoXDTI1\n"                                               \
    "MDEwMTAwMDAwMFowGjEYMBYGA1UEAwwPd3d3LmV4YW1wbGUub3JnMFkwEwYHKoZI\n"                                               \
    "zj0CAQYIKoZIzj0DAQcDQgAEYtl3nb7psFNAQnQtOrVMrcHSOJgPzpfbtN2dwdtv\n"                                               \
    "s5OtWsy9kenYJE/xXXcRZ87gou1R9rvnanjaVApqDwmVfqMxMC8wHQYDVR0OBBYE\n"                                               \
    "FAABAgMEBQYHCAkKCwwNDg8QERITMA4GA1UdDwEB/wQEAwIDiDAKBggqhkjOPQQD\n"                                               \
    "AgNJADBGAiEAhzHGudnZ1BurzRI8BGgUv56S+YdqYqtWZ5HTPoqWaXcCIQDpTASH\n"                                               \
    "kUSGYBPFnvQzb++s2Q2lkDxMCTt85nZcpxQxxA==\n"                                                                       \
    "-----END CERTIFICATE-----\n"

#define PRIVATE_KEY_PEM                                                                                                \
    "-----BEGIN PRIVATE KEY-----\n"                                                                                    \
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgAAAAAAAAAAAAAAAA\n"                                               \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAuhRANCAAQ+0RO3iDtMWQY4N52wwhzaFnQu0CVQ\n"                                               \
    "SL9DM5HTdLwh0ZCZIJrMxMiiJMhDr6T0xooJDQTaXpiJ2uL47vzoKjdA\n"                                                       \
    "-----END PRIVATE KEY-----\n"

#define ENCRYPTED_KEY_PEM                                                                                              \
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"                                                                          \
    "MIH0MF8GCSqGSIb3DQEFDTBSMDEGCSqGSIb3DQEFDDAkBBAnr2J71swZCHtHeTHf\n"                                               \
    "E3D+AgIIADAMBggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBKgQQqUXXzvgBoGpTG3tm\n"                                               \
    "wxjZ1QSBkFXtL6sYOsQUezfGFGxMQBrAqLjQlvjnCSIJMVI1aJuGUXKZq+noa9J+\n"                                               \
    "IvUJrGzuAy/5RaH6Nvbq12elpCZg7cBG/VtD9xhKMzWwnYvXvod2P527iBypnwQJ\n"                                               \
    "3jIYkliUusIBru5gZXkYA4dYoj655Cdo2YpqKSAzjr6yBeZhmBHHsV6ATMjjN5XV\n"                                               \
    "zFr6kWmJUw==\n"                                                                                                   \
    "-----END ENCRYPTED PRIVATE KEY-----\n"

#define SUPPLIER_JSON                                                                                                  \
    "-----BEGIN CERTIFICATE-----\\nMIIBizCCATCgAwIBAgIRAP////////////////////8wCgYIKoZIzj0EAwIwG"                      \
    "jEL\\nMAkGA1UECwwCMDcxCzAJBgNVBAMMAlQxMB4XDTIxMDkxNzEwMDIwMFoXDTMxMDkx\\nNzEwMDIwMFowNzEUMB"                      \
    "IGA1UEAwwLQWNtZSBFbmVyZ3kxCzAJBgNVBAsMAjAyMRIw\\nEAYDVQQtAwkAkLPVHzABAAAwWTATBgcqhkjOPQIBBg"                      \
    "gqhkjOPQMBBwNCAAR88nsY\\njQNPfopSOAMEtRrDwIlp4nfyGzWmC0j8R2aZeAd3VRDbjtBAKT2axp90MNu6fa3m\\n"                     \
    "POmCKZ4Et50ieHPRozowODARBgNVHQ4ECgQITKmnHTsiQ0AwDgYDVR0PAQH/BAQD\\nAgeAMBMGA1UdIwQMMAqACEfU"                      \
    "CvNBKQSgMAoGCCqGSM49BAMCA0kAMEYCIQCJF9Pz\\nFOMblkYcAbRXAJWoVPeVT0uieKacPUDu4Pp/RQIhAJ3jSXrf"                      \
    "1AJYWMQlKGpCwC6w\\nKwYdlSBHk4S0fKad5thF\\n-----END CERTIFICATE-----\\n"

#define OPERATOR_JSON                                                                                                  \
    "-----BEGIN CERTIFICATE-----\\nMIIBQzCB6qADAgECAgkAq1SpjOsfCtIwCgYIKoZIzj0EAwIwGjELMAkGA1UEC"                      \
    "wwC\\nMDcxCzAJBgNVBAMMAlQxMB4XDTE2MDIyOTAwMDAwMFoXDTQ5MTIzMTIzNTk1OVow\\nITESMBAGA1UELQMJAJ"                      \
    "Cz1R8wAgAAMQswCQYDVQQLDAIwMzBZMBMGByqGSM49AgEG\\nCCqGSM49AwEHA0IABF7L5NGmMwpEyPfvlR1L8WXmxr"                      \
    "ch762phftBZhvG5/1shzRk\\nDEmY/343SwbOGmSi7NgqsDY4T7g9mnmxJ6J9UDKjEjAQMA4GA1UdDwEB/wQEAwID\\n"                     \
    "CDAKBggqhkjOPQQDAgNIADBFAiEAjU1hPXxc4jnsuzRnbiSud+GaU82agZs4411p\\nUVg/WZgCIHmQDgEOf1U0qNFg"                      \
    "ZsTkEi6mxf/Va99i8WwqAwR8+Bor\\n-----END CERTIFICATE-----\\n"

#define PRIVATE_KEY_JSON                                                                                               \
    "-----BEGIN PRIVATE KEY-----\\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgAAAAAAAAAAAAA"                      \
    "AAA\\nAAAAAAAAAAAAAAAAAAAAAAAAAAuhRANCAAQ+0RO3iDtMWQY4N52wwhzaFnQu0CVQ\\nSL9DM5HTdLwh0ZCZIJ"                      \
    "rMxMiiJMhDr6T0xooJDQTaXpiJ2uL47vzoKjdA\\n-----END PRIVATE KEY-----\\n"

#endif
