/** From a scene to the token sequence a vision-language model reads. */
package io.drivedistill.teacher.prompt;
